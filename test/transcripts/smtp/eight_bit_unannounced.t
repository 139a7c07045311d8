# name: test/transcripts/smtp/eight_bit_unannounced.t
# rfc: 6152 3
# Common in old Chinese mail; taken as it is.
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
1 C-: Subject: \xc4\xe3\xba\xc3\r\n\r\n\xc4\xe3\r\n.\r\n
1 S: 250 2.0.0 stored as <word>
message alice@a.example INBOX 1 contains "Subject: \xc4\xe3\xba\xc3\r\n"
