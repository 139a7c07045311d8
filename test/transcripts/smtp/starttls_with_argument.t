# name: test/transcripts/smtp/starttls_with_argument.t
# rfc: 3207 4
1 S: 220 <any>
1 C: EHLO client.example
1 S*: 250 HELP
1 C: STARTTLS now
1 S: 501 5.5.4 <any>
