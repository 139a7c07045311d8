# name: test/transcripts/smtp/bdat_endless.t
# rfc: 3030 2
account alice@a.example
1 S: 220 <any>
1 C: EHLO client.example
1 S*: 250 HELP
1 C: MAIL FROM:<sender@b.example>
1 S: 250 2.1.0 <any>
1 C: RCPT TO:<alice@a.example>
1 S: 250 2.1.5 <any>
1 C: BDAT 18446744073709551615 LAST
1 S: 552 5.3.4 <any>
1 S closed
