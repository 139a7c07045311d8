# name: test/transcripts/imap/unknown_command.t
# rfc: 9051 7.1.3
1 S: * OK <any>
1 C: a FROBNICATE
1 S: a BAD Unknown command
1 C: b UID NOOP
1 S: b BAD Unknown command
1 C: c NOOP extra
1 S: c BAD <any>
1 C: +
1 S: * BAD <any>
1 C: d
1 S: d BAD <any>
