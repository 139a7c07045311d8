# name: test/transcripts/smtp/data_timeout.t
# rfc: 5321 4.5.3.2.5
set smtp.data_timeout=1s
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
1 C: and then nothing
1 S: 421 4.4.2 <any>
1 S closed
mailbox alice@a.example INBOX count 0
