# name: test/transcripts/smtp/smuggle_crlf_nul_dot.t
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
1 C-: text\r\n\0.\r\nMAIL FROM:<evil@b.example>\r\n.\0\r\n.\r\n
1 S: 250 2.0.0 stored as <word>
1 C: NOOP
1 S: 250 2.0.0 ok
mailbox alice@a.example INBOX count 1
