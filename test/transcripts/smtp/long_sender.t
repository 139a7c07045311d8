# name: test/transcripts/smtp/long_sender.t
# rfc: 5321 4.5.3.1.1
1 S: 220 <any>
1 C: EHLO client.example
1 S*: 250 HELP
1 C: MAIL FROM:<bounces+0123456789-0123456789-0123456789-0123456789-alice=a.example@mailer.b.example>
1 S: 250 2.1.0 <any>
