# name: test/transcripts/smtp/eight_bit_body.t
# rfc: 6152 3
account alice@a.example
1 S: 220 <any>
1 C: EHLO client.example
1 S*: 250 HELP
1 C: MAIL FROM:<sender@b.example> BODY=8BITMIME
1 S: 250 2.1.0 <any>
1 C: RCPT TO:<alice@a.example>
1 S: 250 2.1.5 <any>
1 C: DATA
1 S: 354 <any>
1 C-: Subject: raw\r\n\r\n\xc4\xe3\xff\x80\r\n.\r\n
1 S: 250 2.0.0 stored as <word>
message alice@a.example INBOX 1 contains "\xc4\xe3\xff\x80\r\n"
