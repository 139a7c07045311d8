# name: test/transcripts/smtp/return_path_and_received.t
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
1 C: Subject: hi
1 C:
1 C: text
1 C: .
1 S: 250 2.0.0 stored as <word>
message alice@a.example INBOX 1 contains "Return-Path: <sender@b.example>\r\nReceived: from client.example ([203.0.113.9])\r\n\tby mx.posthouse.test with ESMTP id "
message alice@a.example INBOX 1 contains "\r\n\tfor <alice@a.example>;\r\n\tMon, "
message alice@a.example INBOX 1 contains "Mar 2026 09:00:00 +0000\r\nSubject: hi\r\n"
