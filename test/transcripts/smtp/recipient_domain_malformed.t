# name: test/transcripts/smtp/recipient_domain_malformed.t
# rfc: 5321 4.1.2
account alice@a.example
1 S: 220 <any>
1 C: EHLO client.example
1 S*: 250 HELP
1 C: MAIL FROM:<sender@b.example>
1 S: 250 2.1.0 <any>
1 C: RCPT TO:<tom@-dash.example>
1 S: 553 5.1.3 <any>
1 C: RCPT TO:<tom@under_score.example>
1 S: 553 5.1.3 <any>
