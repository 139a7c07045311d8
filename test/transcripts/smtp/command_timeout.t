# name: test/transcripts/smtp/command_timeout.t
# rfc: 5321 4.5.3.2.7
set smtp.command_timeout=1s
1 S: 220 <any>
1 C: EHLO client.example
1 S*: 250 HELP
1 S: 421 4.4.2 <any>
1 S closed
