# name: test/transcripts/smtp/quoted_local_part.t
# rfc: 5321 4.1.2
account alice@a.example
1 S: 220 <any>
1 C: EHLO client.example
1 S*: 250 HELP
1 C: MAIL FROM:<"strange > name"@b.example> SIZE=100
1 S: 250 2.1.0 <any>
1 C: RCPT TO:<"alice"@a.example>
1 S: 250 2.1.5 <any>
1 C: RCPT TO:<"al\ice"@a.example>
1 S: 250 2.1.5 <any>
1 C: DATA
1 S: 354 <any>
1 C: Subject: hi
1 C:
1 C: text
1 C: .
1 S: 250 2.0.0 stored as <word>
mailbox alice@a.example INBOX count 1
message alice@a.example INBOX 1 contains "Return-Path: <\"strange > name\"@b.example>\r\n"
