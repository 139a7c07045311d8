# name: test/transcripts/lmtp/pipelined_messages.t
# rfc: 2920 3.1
account alice@a.example
account bob@a.example
1 S: 220 <any>
1 C: LHLO client.example
1 S*: 250 HELP
1 C-: MAIL FROM:<one@b.example>\r\nRCPT TO:<alice@a.example>\r\nRCPT TO:<bob@a.example>\r\nDATA\r\n
1 S: 250 2.1.0 <any>
1 S: 250 2.1.5 <any>
1 S: 250 2.1.5 <any>
1 S: 354 <any>
1 C-: one\r\n.\r\nMAIL FROM:<two@b.example>\r\nRCPT TO:<bob@a.example>\r\nDATA\r\n
1 S: 250 2.0.0 stored as <word>
1 S: 250 2.0.0 stored as <word>
1 S: 250 2.1.0 <any>
1 S: 250 2.1.5 <any>
1 S: 354 <any>
1 C-: two\r\n.\r\nQUIT\r\n
1 S: 250 2.0.0 stored as <word>
1 S: 221 2.0.0 <any>
1 S closed
mailbox alice@a.example INBOX count 1
mailbox bob@a.example INBOX count 2
