# name: test/transcripts/imap/append_trycreate.t
# rfc: 9051 6.3.12
account alice@a.example password=secret
1 S: * OK <any>
1 C: a LOGIN alice@a.example secret
1 S: a OK <any>
1 C: b APPEND Nowhere {20+}
1 C-: Subject: x\r\n\r\nbody\r\n
1 C: 
1 S: b NO [TRYCREATE] <any>
1 C: c NOOP
1 S: c OK <any>
