# name: test/transcripts/smtp/pipelined_two_messages.t
# rfc: 2920 3.1
account alice@a.example
1 S: 220 <any>
1 C: EHLO client.example
1 S*: 250 HELP
1 C-: MAIL FROM:<one@b.example>\r\nRCPT TO:<alice@a.example>\r\nDATA\r\n
1 S: 250 2.1.0 <any>
1 S: 250 2.1.5 <any>
1 S: 354 <any>
1 C-: one\r\n.\r\nMAIL FROM:<two@b.example>\r\nRCPT TO:<alice@a.example>\r\nDATA\r\n
1 S: 250 2.0.0 stored as <word>
1 S: 250 2.1.0 <any>
1 S: 250 2.1.5 <any>
1 S: 354 <any>
1 C-: two\r\n.\r\nNOOP\r\n
1 S: 250 2.0.0 stored as <word>
1 S: 250 2.0.0 ok
message alice@a.example INBOX 1 contains "Return-Path: <one@b.example>"
message alice@a.example INBOX 2 contains "Return-Path: <two@b.example>"
