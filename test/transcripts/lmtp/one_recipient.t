# name: test/transcripts/lmtp/one_recipient.t
# rfc: 2033 4.2
account alice@a.example
1 S: 220 <any>
1 C: LHLO client.example
1 S*: 250 HELP
1 C: MAIL FROM:<sender@b.example>
1 S: 250 2.1.0 <any>
1 C: RCPT TO:<alice@a.example>
1 S: 250 2.1.5 <any>
1 C: DATA
1 S: 354 <any>
1 C: Subject: hi
1 C:
1 C: text
1 C: .
1 S: 250 2.0.0 stored as <word>
message alice@a.example INBOX 1 contains "Return-Path: <sender@b.example>\r\nReceived: from client.example "
message alice@a.example INBOX 1 contains " with LMTP id "
