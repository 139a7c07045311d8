# name: test/transcripts/smtp/utf8_needs_smtputf8.t
# rfc: 6531 3.5
account alice@a.example
1 S: 220 <any>
1 C: EHLO client.example
1 S*: 250 HELP
1 C: MAIL FROM:<发件@b.example>
1 S: 550 5.6.7 <any>
1 C: MAIL FROM:<sender@b.example>
1 S: 250 2.1.0 <any>
1 C: RCPT TO:<汤姆@a.example>
1 S: 553 5.6.7 <any>
1 C: RCPT TO:<alice@a.example>
1 S: 250 2.1.5 <any>
