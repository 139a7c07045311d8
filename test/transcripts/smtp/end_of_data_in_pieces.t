# name: test/transcripts/smtp/end_of_data_in_pieces.t
# rfc: 5321 4.1.1.4
account alice@a.example
1 S: 220 <any>
1 C: EHLO client.example
1 S*: 250 HELP
1 C: MAIL FROM:<sender@b.example>
1 S: 250 2.1.0 <any>
1 C: RCPT TO:<alice@a.example>
1 S: 250 2.1.5 <any>
1 C: DATA
1 S: 354 <any>
1 C-: text\r
1 C-: \n.
1 C-: \r
1 C-: \n
1 S: 250 2.0.0 stored as <word>
message alice@a.example INBOX 1 contains "text\r\n"
