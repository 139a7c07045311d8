# name: test/transcripts/smtp/bare_lf_in_command.t
# rfc: 5321 2.3.8
1 S: 220 <any>
1 C: EHLO client.example
1 S*: 250 HELP
1 C-: NOOP\n
1 S: 500 5.5.2 lines end with CR LF
1 C-: MAIL FROM:<a@b.example>\nRSET\r\n
1 S: 500 5.5.2 lines end with CR LF
1 S: 250 2.0.0 ok
1 C: RCPT TO:<alice@a.example>
1 S: 503 5.5.1 <any>
