# name: test/transcripts/imap/noop_logout.t
# rfc: 9051 6.1.2, 6.1.3
1 S: * OK <any>
1 C: a NOOP
1 S: a OK <any>
1 C: b LOGOUT
1 S: * BYE <any>
1 S: b OK <any>
1 S closed
