# name: test/transcripts/smtp/bdat_pipelined.t
# rfc: 3030 4.2
account alice@a.example
1 S: 220 <any>
1 C: EHLO client.example
1 S*: 250 HELP
1 C-: MAIL FROM:<sender@b.example>\r\nRCPT TO:<alice@a.example>\r\nBDAT 12\r\nSubject: x\r\nBDAT 8 LAST\r\n\r\nbody\r\nNOOP\r\n
1 S: 250 2.1.0 <any>
1 S: 250 2.1.5 <any>
1 S: 250 2.0.0 12 octets received
1 S: 250 2.0.0 stored as <word>
1 S: 250 2.0.0 ok
message alice@a.example INBOX 1 contains "Subject: x\r\n\r\nbody\r\n"
