# name: test/transcripts/smtp/bdat_one_chunk.t
# rfc: 3030 2
account alice@a.example
1 S: 220 <any>
1 C: EHLO client.example
1 S*: 250 HELP
1 C: MAIL FROM:<sender@b.example>
1 S: 250 2.1.0 <any>
1 C: RCPT TO:<alice@a.example>
1 S: 250 2.1.5 <any>
1 C: BDAT 20 LAST
1 C-: Subject: x\r\n\r\nbody\r\n
1 S: 250 2.0.0 stored as <word>
message alice@a.example INBOX 1 contains "Subject: x\r\n\r\nbody\r\n"
