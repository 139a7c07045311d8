# name: test/transcripts/smtp/smuggle_lf_dot_cr.t
# rfc: 5321 4.1.1.4
# What stands behind a false end of data is part of the message, which is refused, and no command.
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
1 C-: Subject: a\r\n\r\ntext\n.\rMAIL FROM:<evil@b.example>\r\nRCPT TO:<alice@a.example>\r\nDATA\r\nsmuggled\r\n.\r\n
1 S: 550 5.6.0 CR or LF alone in the message
1 C: NOOP
1 S: 250 2.0.0 ok
mailbox alice@a.example INBOX count 0
