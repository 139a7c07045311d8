# name: test/transcripts/smtp/quota_found_after_data.t
account alice@a.example quota=1KB
1 S: 220 <any>
1 C: EHLO client.example
1 S*: 250 HELP
1 C: MAIL FROM:<sender@b.example>
1 S: 250 2.1.0 <any>
1 C: RCPT TO:<alice@a.example>
1 S: 250 2.1.5 <any>
1 C: DATA
1 S: 354 <any>
1 C*: 100 0123456789ABCD\r\n
1 C: .
1 S: 552 5.2.2 the mailbox is too small for this message
mailbox alice@a.example INBOX count 0
