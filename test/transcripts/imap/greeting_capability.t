# name: test/transcripts/imap/greeting_capability.t
# rfc: 9051 7.1, 6.1.1
account alice@a.example password=secret
1 S: * OK [CAPABILITY IMAP4rev1 IMAP4rev2 LITERAL+ <any>] <any>
1 C: a CAPABILITY
1 S: * CAPABILITY IMAP4rev1 IMAP4rev2 LITERAL+ SASL-IR ID ENABLE IDLE<any>AUTH=PLAIN<any>
1 S: a OK <any>
1 C: b LOGIN alice@a.example secret
1 S: b OK [CAPABILITY <any>UIDPLUS MOVE<any>SPECIAL-USE<any>APPENDLIMIT=<num>] <any>
