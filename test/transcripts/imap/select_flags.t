# name: test/transcripts/imap/select_flags.t
# rfc: 9051 6.3.2
account alice@a.example password=secret
deliver alice@a.example INBOX "From: bob@b.example\r\nTo: alice@a.example\r\nSubject: hi\r\n\r\nbody\r\n" flags="\\Seen"
deliver alice@a.example INBOX "From: bob@b.example\r\nTo: alice@a.example\r\nSubject: two\r\n\r\nbody\r\n"
1 S: * OK <any>
1 C: a LOGIN alice@a.example secret
1 S: a OK <any>
1 C: b SELECT INBOX
1 S: * FLAGS (\Seen \Answered \Flagged \Deleted \Draft)
1 S: * OK [PERMANENTFLAGS (\Seen \Answered \Flagged \Deleted \Draft \*)] <any>
1 S: * 2 EXISTS
1 S: * 2 RECENT
1 S: * OK [UNSEEN 2] <any>
1 S: * OK [UIDVALIDITY <num>] <any>
1 S: * OK [UIDNEXT 3] <any>
1 S: * OK [HIGHESTMODSEQ <num>] <any>
1 S: b OK [READ-WRITE] <any>
