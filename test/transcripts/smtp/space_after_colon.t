# name: test/transcripts/smtp/space_after_colon.t
# Many scripts send it, against RFC 5321 4.1.1.2.
account alice@a.example
1 S: 220 <any>
1 C: EHLO client.example
1 S*: 250 HELP
1 C: MAIL FROM: <sender@b.example>
1 S: 250 2.1.0 <any>
1 C: RCPT TO: <alice@a.example>
1 S: 250 2.1.5 <any>
