# name: test/transcripts/imap/enable.t
# rfc: 5161
account alice@a.example password=secret
1 S: * OK <any>
1 C: a LOGIN alice@a.example secret
1 S: a OK <any>
1 C: b ENABLE CONDSTORE X-UNKNOWN
1 S: * ENABLED CONDSTORE
1 S: b OK <any>
1 C: c ENABLE IMAP4rev2
1 S: * ENABLED IMAP4rev2
1 S: c OK <any>
1 C: d ENABLE
1 S: d BAD <any>
