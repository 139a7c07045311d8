# name: test/transcripts/smtp/message_limit.t
# rfc: 9422 3
set smtp.messages=1
account alice@a.example
1 S: 220 <any>
1 C: EHLO client.example
1 S*: 250-LIMITS MAILMAX=1 RCPTMAX=1000
1 S*: 250 HELP
1 C: MAIL FROM:<sender@b.example>
1 S: 250 2.1.0 <any>
1 C: RCPT TO:<alice@a.example>
1 S: 250 2.1.5 <any>
1 C: DATA
1 S: 354 <any>
1 C: Subject: hi
1 C:
1 C: text
1 C: .
1 S: 250 2.0.0 stored as <word>
1 C: MAIL FROM:<sender@b.example>
1 S: 421 4.5.3 <any>
1 S closed
