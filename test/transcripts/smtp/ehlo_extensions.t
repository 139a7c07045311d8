# name: test/transcripts/smtp/ehlo_extensions.t
# rfc: 5321 4.1.1.1
set smtp.message_size=1MB
1 S: 220 <any>
1 C: EHLO client.example
1 S: 250-mx.posthouse.test greets client.example
1 S: 250-PIPELINING
1 S: 250-SIZE 1048576
1 S: 250-8BITMIME
1 S: 250-BINARYMIME
1 S: 250-CHUNKING
1 S: 250-SMTPUTF8
1 S: 250-ENHANCEDSTATUSCODES
1 S: 250-DSN
1 S: 250-LIMITS MAILMAX=10000 RCPTMAX=1000
1 S: 250-STARTTLS
1 S: 250 HELP
