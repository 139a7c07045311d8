# name: test/transcripts/imap/errors_end_in_bye.t
# rfc: 9051 7.1.5
set imap.errors=3
1 S: * OK <any>
1 C: a X
1 S: a BAD <any>
1 C: b X
1 S: b BAD <any>
1 C: c X
1 S: c BAD <any>
1 S: * BYE <any>
1 S closed
