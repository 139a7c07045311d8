# name: test/transcripts/imap/authenticate_cancelled.t
# rfc: 9051 6.2.2
1 S: * OK <any>
1 C: a AUTHENTICATE PLAIN
1 S: + 
1 C: *
1 S: a BAD <any>
1 C: b AUTHENTICATE NOSUCH
1 S: b NO [CANNOT] <any>
1 C: c NOOP
1 S: c OK <any>
