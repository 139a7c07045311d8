# name: test/transcripts/smtp/bdat_too_large.t
# rfc: 1870 6.3
set smtp.message_size=1KB
account alice@a.example
1 S: 220 <any>
1 C: EHLO client.example
1 S*: 250 HELP
1 C: MAIL FROM:<sender@b.example>
1 S: 250 2.1.0 <any>
1 C: RCPT TO:<alice@a.example>
1 S: 250 2.1.5 <any>
1 C: BDAT 1000
1 C*: 1000 x
1 S: 250 2.0.0 1000 octets received
1 C: BDAT 25 LAST
1 C*: 25 x
1 S: 552 5.3.4 <any>
1 C: NOOP
1 S: 250 2.0.0 ok
mailbox alice@a.example INBOX count 0
