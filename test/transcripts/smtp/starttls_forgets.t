# name: test/transcripts/smtp/starttls_forgets.t
# rfc: 3207 4.2
account alice@a.example
1 S: 220 <any>
1 C: EHLO client.example
1 S*: 250 HELP
1 C: MAIL FROM:<sender@b.example>
1 S: 250 2.1.0 <any>
1 C: RCPT TO:<alice@a.example>
1 S: 250 2.1.5 <any>
1 C: STARTTLS
1 S: 220 2.0.0 <any>
1 starttls
1 C: DATA
1 S: 503 5.5.1 say hello first
1 C: EHLO client.example
1 S*: 250 HELP
1 C: DATA
1 S: 503 5.5.1 <any>
