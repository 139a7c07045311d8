# name: test/transcripts/smtp/nul_in_command.t
# rfc: 5321 4.1.2
1 S: 220 <any>
1 C: EHLO client.example
1 S*: 250 HELP
1 C-: MAIL FROM:<a\0@b.example>\r\n
1 S: 501 5.1.7 <any>
