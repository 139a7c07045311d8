# name: test/transcripts/smtp/guessing_recipients.t
set smtp.errors=3
account alice@a.example
1 S: 220 <any>
1 C: EHLO client.example
1 S*: 250 HELP
1 C: MAIL FROM:<sender@b.example>
1 S: 250 2.1.0 <any>
1 C*: 99 RCPT TO:<nobody@a.example>\r\n
1 C: RCPT TO:<alice@a.example>
1 S*: 250 2.1.5 recipient ok
1 C: RCPT TO:<nobody@a.example>
1 S: 550 5.1.1 <any>
1 S: 421 4.7.0 too many unknown recipients
1 S closed
