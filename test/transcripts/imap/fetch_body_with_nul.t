# name: test/transcripts/imap/fetch_body_with_nul.t
# rfc: 9051 4.3
# NUL is allowed in a literal8 alone: BODY[] has none, BINARY[] has the bytes.
account alice@a.example password=secret
1 S: * OK <any>
1 C: a LOGIN alice@a.example secret
1 S: a OK <any>
1 C-: b APPEND INBOX ~{18+}\r\nSubject: x\r\n\r\na\0bc\r\n
1 S: b OK <any>
1 C: c SELECT INBOX
1 S*: c OK <any>
1 C: d FETCH 1 BODY[]
1 S: * 1 FETCH (BODY[] {18}
1 S: Subject: x
1 S: 
1 S: a bc)
1 S*: d OK <any>
