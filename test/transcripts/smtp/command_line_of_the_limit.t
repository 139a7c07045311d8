# name: test/transcripts/smtp/command_line_of_the_limit.t
# rfc: 5321 4.5.3.1.4
set smtp.line=1KB
1 S: 220 <any>
1 C: EHLO client.example
1 S*: 250 HELP
1 C-: NOOP\x20
1 C*: 1019 x
1 C-: \r\n
1 S: 250 2.0.0 ok
