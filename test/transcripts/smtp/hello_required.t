# name: test/transcripts/smtp/hello_required.t
# rfc: 5321 4.1.4
account alice@a.example
1 S: 220 <any>
1 C: MAIL FROM:<sender@b.example>
1 S: 503 5.5.1 say hello first
1 C: RCPT TO:<alice@a.example>
1 S: 503 5.5.1 say hello first
1 C: DATA
1 S: 503 5.5.1 say hello first
1 C: STARTTLS
1 S: 503 5.5.1 say hello first
