# name: test/transcripts/imap/fetch_rfc822_forms.t
# rfc: 3501 6.4.5
account alice@a.example password=secret
deliver alice@a.example INBOX "Subject: x\r\n\r\nbody\r\n"
1 S: * OK <any>
1 C: a LOGIN alice@a.example secret
1 S: a OK <any>
1 C: b SELECT INBOX
1 S*: b OK <any>
1 C: c FETCH 1 RFC822.HEADER
1 S: * 1 FETCH (RFC822.HEADER {14}
1 S: Subject: x
1 S: 
1 S: )
1 S: c OK <any>
1 C: d FETCH 1 FLAGS
1 S: * 1 FETCH (FLAGS (\Recent))
1 S: d OK <any>
1 C: e FETCH 1 RFC822.TEXT
1 S: * 1 FETCH (RFC822.TEXT {6}
1 S: body
1 S: )
1 S: * 1 FETCH (FLAGS (\Seen \Recent))
1 S: e OK <any>
1 C: f FETCH 1 RFC822
1 S: * 1 FETCH (RFC822 {20}
1 S: Subject: x
1 S: 
1 S: body
1 S: )
1 S: f OK <any>
