# name: test/transcripts/smtp/bdat_binary.t
# rfc: 3030 3
account alice@a.example
1 S: 220 <any>
1 C: EHLO client.example
1 S*: 250 HELP
1 C: MAIL FROM:<sender@b.example> BODY=BINARYMIME
1 S: 250 2.1.0 <any>
1 C: RCPT TO:<alice@a.example>
1 S: 250 2.1.5 <any>
1 C: BDAT 25 LAST
1 C-: A: b\r\n\r\n\0\n\r\r\n.\r\n..\n.\r\nx\xff\x80
1 S: 250 2.0.0 stored as <word>
message alice@a.example INBOX 1 contains "A: b\r\n\r\n\0\n\r\r\n.\r\n..\n.\r\nx\xff\x80"
