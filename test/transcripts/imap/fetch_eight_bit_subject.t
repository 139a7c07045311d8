# name: test/transcripts/imap/fetch_eight_bit_subject.t
# rfc: 9051 9
account alice@a.example password=secret
deliver alice@a.example INBOX "Subject: \xc3\xa9\r\n\r\nx\r\n"
1 S: * OK <any>
1 C: a LOGIN alice@a.example secret
1 S: a OK <any>
1 C: b SELECT INBOX
1 S*: b OK <any>
1 C: c FETCH 1 ENVELOPE
1 S: * 1 FETCH (ENVELOPE (NIL {2}
1 S: é NIL NIL NIL NIL NIL NIL NIL NIL))
1 S: c OK <any>
2 S: * OK <any>
2 C: a LOGIN alice@a.example secret
2 S: a OK <any>
2 C: b ENABLE IMAP4rev2
2 S*: b OK <any>
2 C: c EXAMINE INBOX
2 S*: c OK <any>
2 C: d FETCH 1 ENVELOPE
2 S: * 1 FETCH (ENVELOPE (NIL "é" NIL NIL NIL NIL NIL NIL NIL NIL))
2 S: d OK <any>
