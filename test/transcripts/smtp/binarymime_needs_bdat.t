# name: test/transcripts/smtp/binarymime_needs_bdat.t
# rfc: 3030 3
account alice@a.example
1 S: 220 <any>
1 C: EHLO client.example
1 S*: 250 HELP
1 C: MAIL FROM:<sender@b.example> BODY=BINARYMIME
1 S: 250 2.1.0 <any>
1 C: RCPT TO:<alice@a.example>
1 S: 250 2.1.5 <any>
1 C: DATA
1 S: 503 5.5.1 <any>
