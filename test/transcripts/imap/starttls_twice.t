# name: test/transcripts/imap/starttls_twice.t
# rfc: 9051 6.2.1
1 S: * OK <any>
1 C: a STARTTLS
1 S: a OK <any>
1 starttls
1 C: b STARTTLS
1 S: b BAD <any>
1 C: c NOOP
1 S: c OK <any>
