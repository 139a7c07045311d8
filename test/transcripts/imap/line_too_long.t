# name: test/transcripts/imap/line_too_long.t
# rfc: 9051 4
1 S: * OK <any>
1 C-: a NOOP 
1 C*: 70000 x
1 C: 
1 S: * BYE <any>
1 S closed
