# name: test/transcripts/smtp/return_path_of_others_is_removed.t
# rfc: 5321 4.4
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
1 C: Return-Path: <forged@c.example>
1 C: Subject: one
1 C: Return-path:
1 C:  <folded@c.example>
1 C: To: alice@a.example
1 C:
1 C: Return-Path: <in the body>
1 C: .
1 S: 250 2.0.0 stored as <word>
message alice@a.example INBOX 1 contains "Return-Path: <sender@b.example>\r\nReceived: "
message alice@a.example INBOX 1 lacks "forged@c.example"
message alice@a.example INBOX 1 lacks "folded@c.example"
message alice@a.example INBOX 1 contains "\r\nSubject: one\r\nTo: alice@a.example\r\n\r\nReturn-Path: <in the body>\r\n"
