# name: test/transcripts/smtp/utf8_addresses.t
# rfc: 6531 3.3
account 汤姆@例子.example
1 S: 220 <any>
1 C: EHLO client.example
1 S*: 250 HELP
1 C: MAIL FROM:<发件@b.example> SMTPUTF8
1 S: 250 2.1.0 <any>
1 C: RCPT TO:<汤姆@例子.example>
1 S: 250 2.1.5 <any>
1 C: DATA
1 S: 354 <any>
1 C: Subject: 你好
1 C:
1 C: 内容
1 C: .
1 S: 250 2.0.0 stored as <word>
message 汤姆@例子.example INBOX 1 contains "Return-Path: <发件@b.example>\r\n"
message 汤姆@例子.example INBOX 1 contains " with UTF8SMTP id "
message 汤姆@例子.example INBOX 1 contains "Subject: 你好\r\n"
