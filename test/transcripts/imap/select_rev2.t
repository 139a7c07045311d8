# name: test/transcripts/imap/select_rev2.t
# rfc: 9051 6.3.2
account alice@a.example password=secret
deliver alice@a.example INBOX "From: bob@b.example\r\nTo: alice@a.example\r\nSubject: hi\r\n\r\nbody\r\n"
1 S: * OK <any>
1 C: a LOGIN alice@a.example secret
1 S: a OK <any>
1 C: b ENABLE IMAP4rev2
1 S*: b OK <any>
1 C: c SELECT inbox
1 S: * FLAGS (<any>)
1 S: * OK [PERMANENTFLAGS (<any>)] <any>
1 S: * 1 EXISTS
1 S: * OK [UIDVALIDITY <num>] <any>
1 S: * OK [UIDNEXT 2] <any>
1 S: * OK [HIGHESTMODSEQ <num>] <any>
1 S: * LIST () "/" "INBOX"
1 S: c OK [READ-WRITE] <any>
