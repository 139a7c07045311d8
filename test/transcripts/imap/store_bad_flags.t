# name: test/transcripts/imap/store_bad_flags.t
# rfc: 9051 2.3.2
account alice@a.example password=secret
deliver alice@a.example INBOX "From: bob@b.example\r\nTo: alice@a.example\r\nSubject: hi\r\n\r\nbody\r\n"
1 S: * OK <any>
1 C: a LOGIN alice@a.example secret
1 S: a OK <any>
1 C: b SELECT INBOX
1 S*: b OK <any>
1 C: c STORE 1 FLAGS (\Bogus)
1 S: c BAD <any>
1 C: d STORE 1 FLAGZ (\Seen)
1 S: d BAD <any>
1 C: e STORE 2 FLAGS (\Seen)
1 S: e BAD <any>
