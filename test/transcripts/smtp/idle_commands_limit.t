# name: test/transcripts/smtp/idle_commands_limit.t
1 S: 220 <any>
1 C: EHLO client.example
1 S*: 250 HELP
1 C*: 99 NOOP\r\n
1 S*: 421 4.7.0 too many commands without a message
1 S closed
