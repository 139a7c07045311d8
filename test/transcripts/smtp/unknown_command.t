# name: test/transcripts/smtp/unknown_command.t
# rfc: 5321 4.2.4
1 S: 220 <any>
1 C: EHLO client.example
1 S*: 250 HELP
1 C: FROBNICATE
1 S: 500 5.5.1 unknown command
1 C:
1 S: 500 5.5.1 unknown command
1 C:  NOOP
1 S: 500 5.5.1 unknown command
1 C: NOOP
1 S: 250 2.0.0 <any>
