# name: test/transcripts/smtp/no_relay.t
# rfc: 5321 3.6.2
account alice@a.example
1 S: 220 <any>
1 C: EHLO client.example
1 S*: 250 HELP
1 C: MAIL FROM:<sender@b.example>
1 S: 250 2.1.0 <any>
1 C: RCPT TO:<tom@elsewhere.example>
1 S: 550 5.7.1 this server does not relay
1 C: RCPT TO:<tom@[192.0.2.1]>
1 S: 550 5.7.1 <any>
1 C: RCPT TO:<tom%elsewhere.example@a.example>
1 S: 550 5.1.1 <any>
1 C: RCPT TO:<"tom@elsewhere.example"@a.example>
1 S: 550 5.1.1 <any>
