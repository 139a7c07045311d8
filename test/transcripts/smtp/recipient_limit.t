# name: test/transcripts/smtp/recipient_limit.t
# rfc: 5321 4.5.3.1.10
set smtp.recipients=100
account alice@a.example
1 S: 220 <any>
1 C: EHLO client.example
1 S*: 250 HELP
1 C: MAIL FROM:<sender@b.example>
1 S: 250 2.1.0 <any>
1 C*: 101 RCPT TO:<alice@a.example>\r\n
1 S*: 452 4.5.3 too many recipients
1 C: DATA
1 S: 354 <any>
1 C: Subject: hi
1 C:
1 C: text
1 C: .
1 S: 250 2.0.0 stored as <word>
mailbox alice@a.example INBOX count 1
