# name: test/transcripts/smtp/long_text_line.t
# rfc: 5321 4.5.3.1.6
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
1 C-: Subject: long\r\n\r\n
1 C*: 100000 x
1 C-: \r\n.\r\n
1 S: 250 2.0.0 stored as <word>
mailbox alice@a.example INBOX count 1
