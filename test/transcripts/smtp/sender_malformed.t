# name: test/transcripts/smtp/sender_malformed.t
# rfc: 5321 4.1.2
set smtp.errors=100
1 S: 220 <any>
1 C: EHLO client.example
1 S*: 250 HELP
1 C: MAIL
1 S: 501 5.5.4 <any>
1 C: MAIL FROM
1 S: 501 5.5.4 <any>
1 C: MAIL FROM:sender@b.example
1 S: 501 5.5.4 <any>
1 C: MAIL FROM:<sender@b.example
1 S: 501 5.5.4 <any>
1 C: MAIL FROM:<sender@b.example>SIZE=1
1 S: 501 5.5.4 <any>
1 C: MAIL TO:<sender@b.example>
1 S: 501 5.5.4 <any>
1 C: MAIL FROM:<sender>
1 S: 501 5.1.7 <any>
1 C: MAIL FROM:<a@b@c.example>
1 S: 501 5.1.7 <any>
1 C: MAIL FROM:<.a@b.example>
1 S: 501 5.1.7 <any>
1 C: MAIL FROM:<a@b..example>
1 S: 501 5.1.7 <any>
1 C: MAIL FROM:<"open@b.example>
1 S: 501 5.5.4 <any>
1 C: MAIL FROM:<sp ace@b.example>
1 S: 501 5.1.7 <any>
