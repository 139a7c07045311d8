# name: test/transcripts/smtp/source_route_is_dropped.t
# rfc: 5321 C
account alice@a.example
1 S: 220 <any>
1 C: EHLO client.example
1 S*: 250 HELP
1 C: MAIL FROM:<@relay.example:sender@b.example>
1 S: 250 2.1.0 <any>
1 C: RCPT TO:<@one.example,@two.example:alice@a.example>
1 S: 250 2.1.5 <any>
1 C: DATA
1 S: 354 <any>
1 C: Subject: hi
1 C:
1 C: text
1 C: .
1 S: 250 2.0.0 stored as <word>
message alice@a.example INBOX 1 contains "Return-Path: <sender@b.example>\r\n"
