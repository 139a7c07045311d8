# name: test/transcripts/smtp/starttls_twice.t
# rfc: 3207 4.2
1 S: 220 <any>
1 C: EHLO client.example
1 S*: 250 HELP
1 C: STARTTLS
1 S: 220 2.0.0 <any>
1 starttls
1 C: EHLO client.example
1 S*: 250 HELP
1 C: STARTTLS
1 S: 503 5.5.1 TLS is on already
