# name: test/transcripts/smtp/bdat_malformed.t
# rfc: 3030 2
# What follows may be data, so it is not read as commands.
account alice@a.example
1 S: 220 <any>
1 C: EHLO client.example
1 S*: 250 HELP
1 C: MAIL FROM:<sender@b.example>
1 S: 250 2.1.0 <any>
1 C: RCPT TO:<alice@a.example>
1 S: 250 2.1.5 <any>
1 C-: BDAT many\r\nMAIL FROM:<evil@b.example>\r\n
1 S: 501 5.5.4 <any>
1 S closed
