# name: test/transcripts/smtp/quota_full.t
account alice@a.example quota=1KB
deliver alice@a.example INBOX "Subject: a\r\n\r\n0123456789"
1 S: 220 <any>
1 C: EHLO client.example
1 S*: 250 HELP
1 C: MAIL FROM:<sender@b.example> SIZE=1020
1 S: 250 2.1.0 <any>
1 C: RCPT TO:<alice@a.example>
1 S: 452 4.2.2 the mailbox is full
