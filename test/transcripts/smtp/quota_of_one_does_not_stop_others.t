# name: test/transcripts/smtp/quota_of_one_does_not_stop_others.t
# There is one answer for all recipients; who was let in at RCPT gets the message and is full afterwards (doc/decisions/delivery.md).
account alice@a.example quota=1KB
account bob@a.example
1 S: 220 <any>
1 C: EHLO client.example
1 S*: 250 HELP
1 C: MAIL FROM:<sender@b.example>
1 S: 250 2.1.0 <any>
1 C: RCPT TO:<alice@a.example>
1 S: 250 2.1.5 <any>
1 C: RCPT TO:<bob@a.example>
1 S: 250 2.1.5 <any>
1 C: DATA
1 S: 354 <any>
1 C*: 100 0123456789ABCD\r\n
1 C: .
1 S: 250 2.0.0 stored as <word>
mailbox alice@a.example INBOX count 1
mailbox bob@a.example INBOX count 1
1 C: MAIL FROM:<sender@b.example>
1 S: 250 2.1.0 <any>
1 C: RCPT TO:<alice@a.example>
1 S: 452 4.2.2 the mailbox is full
