# name: test/transcripts/smtp/bdat_many_chunks.t
# rfc: 3030 4.2
account alice@a.example
1 S: 220 <any>
1 C: EHLO client.example
1 S*: 250 HELP
1 C: MAIL FROM:<sender@b.example>
1 S: 250 2.1.0 <any>
1 C: RCPT TO:<alice@a.example>
1 S: 250 2.1.5 <any>
1 C: BDAT 12
1 C-: Subject: x\r\n
1 S: 250 2.0.0 12 octets received
1 C: BDAT 2
1 C-: \r\n
1 S: 250 2.0.0 2 octets received
1 C: BDAT 0
1 S: 250 2.0.0 0 octets received
1 C: BDAT 6 LAST
1 C-: body\r\n
1 S: 250 2.0.0 stored as <word>
message alice@a.example INBOX 1 contains "Subject: x\r\n\r\nbody\r\n"
