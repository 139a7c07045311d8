# name: test/transcripts/smtp/rcpt_before_mail.t
# rfc: 5321 4.1.4
account alice@a.example
1 S: 220 <any>
1 C: EHLO client.example
1 S*: 250 HELP
1 C: RCPT TO:<alice@a.example>
1 S: 503 5.5.1 MAIL comes first
