# name: test/transcripts/smtp/connection_lost_before_last_lf.t
# rfc: 5321 4.1.1.4
account alice@a.example
1 S: 220 <any>
1 C: EHLO client.example
1 S*: 250 HELP
1 C: MAIL FROM:<sender@b.example>
1 S: 250 2.1.0 <any>
1 C: RCPT TO:<alice@a.example>
1 S: 250 2.1.5 <any>
1 C: DATA
1 S: 354 <any>
1 C-: text\r\n.\r
1 C close
2 S: 220 <any>
2 C: QUIT
2 S: 221 <any>
mailbox alice@a.example INBOX count 0
