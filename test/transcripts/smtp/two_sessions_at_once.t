# name: test/transcripts/smtp/two_sessions_at_once.t
account alice@a.example
1 S: 220 <any>
2 S: 220 <any>
1 C: EHLO one.example
1 S*: 250 HELP
2 C: EHLO two.example
2 S*: 250 HELP
1 C: MAIL FROM:<one@b.example>
1 S: 250 2.1.0 <any>
2 C: MAIL FROM:<two@b.example>
2 S: 250 2.1.0 <any>
1 C: RCPT TO:<alice@a.example>
1 S: 250 2.1.5 <any>
2 C: RCPT TO:<alice@a.example>
2 S: 250 2.1.5 <any>
2 C: DATA
2 S: 354 <any>
1 C: DATA
1 S: 354 <any>
2 C-: second first\r\n.\r\n
2 S: 250 2.0.0 stored as <word>
1 C-: first second\r\n.\r\n
1 S: 250 2.0.0 stored as <word>
message alice@a.example INBOX 1 contains "second first"
message alice@a.example INBOX 2 contains "first second"
