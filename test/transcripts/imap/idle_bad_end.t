# name: test/transcripts/imap/idle_bad_end.t
# rfc: 2177 3
account alice@a.example password=secret
1 S: * OK <any>
1 C: a LOGIN alice@a.example secret
1 S: a OK <any>
1 C: b IDLE
1 S: + <any>
1 C: NOOP
1 S: b BAD <any>
1 C: c NOOP
1 S: c OK <any>
