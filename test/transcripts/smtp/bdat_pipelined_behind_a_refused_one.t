# name: test/transcripts/smtp/bdat_pipelined_behind_a_refused_one.t
# rfc: 3030 2
set smtp.message_size=1KB
account alice@a.example
1 S: 220 <any>
1 C: EHLO client.example
1 S*: 250 HELP
1 C: MAIL FROM:<sender@b.example>
1 S: 250 2.1.0 <any>
1 C: RCPT TO:<alice@a.example>
1 S: 250 2.1.5 <any>
1 C: BDAT 2000
1 C*: 2000 x
1 C: BDAT 4 LAST
1 C-: QUIT
1 S: 552 5.3.4 <any>
1 S: 503 5.5.1 <any>
1 C: NOOP
1 S: 250 2.0.0 ok
mailbox alice@a.example INBOX count 0
