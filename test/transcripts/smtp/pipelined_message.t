# name: test/transcripts/smtp/pipelined_message.t
# rfc: 2920 3.1
account alice@a.example
1 S: 220 <any>
1 C: EHLO client.example
1 S*: 250 HELP
1 C-: MAIL FROM:<sender@b.example>\r\nRCPT TO:<alice@a.example>\r\nRCPT TO:<nobody@a.example>\r\nDATA\r\n
1 S: 250 2.1.0 <any>
1 S: 250 2.1.5 <any>
1 S: 550 5.1.1 <any>
1 S: 354 <any>
1 C-: Subject: hi\r\n\r\ntext\r\n.\r\nQUIT\r\n
1 S: 250 2.0.0 stored as <word>
1 S: 221 2.0.0 <any>
1 S closed
mailbox alice@a.example INBOX count 1
