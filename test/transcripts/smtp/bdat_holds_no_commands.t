# name: test/transcripts/smtp/bdat_holds_no_commands.t
# rfc: 3030 2
account alice@a.example
1 S: 220 <any>
1 C: EHLO client.example
1 S*: 250 HELP
1 C: MAIL FROM:<sender@b.example>
1 S: 250 2.1.0 <any>
1 C: RCPT TO:<alice@a.example>
1 S: 250 2.1.5 <any>
1 C: BDAT 38 LAST
1 C-: \r\n.\r\nMAIL FROM:<evil@b.example>\r\nQUIT\r
1 S: 250 2.0.0 stored as <word>
1 C: NOOP
1 S: 250 2.0.0 ok
mailbox alice@a.example INBOX count 1
