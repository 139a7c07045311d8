# name: test/transcripts/smtp/message_is_stored.t
# rfc: 5321 3.3
account alice@a.example
mailbox alice@a.example INBOX count 0
1 S: 220 <any>
1 C: EHLO client.example
1 S*: 250 HELP
1 C: MAIL FROM:<sender@b.example>
1 S: 250 2.1.0 <any>
1 C: RCPT TO:<alice@a.example>
1 S: 250 2.1.5 <any>
1 C: DATA
1 S: 354 <any>
1 C: From: Sender <sender@b.example>
1 C: Subject: first
1 C:
1 C: Hello.
1 C: .
1 S: 250 2.0.0 stored as <word>
mailbox alice@a.example INBOX count 1
message alice@a.example INBOX 1 contains "From: Sender <sender@b.example>\r\nSubject: first\r\n\r\nHello.\r\n"
