# name: test/transcripts/imap/condstore_fetch_changedsince.t
# rfc: 7162 3.1.4
account alice@a.example password=secret
deliver alice@a.example INBOX "From: bob@b.example\r\nTo: alice@a.example\r\nSubject: 1\r\n\r\nbody\r\n"
deliver alice@a.example INBOX "From: bob@b.example\r\nTo: alice@a.example\r\nSubject: 2\r\n\r\nbody\r\n"
1 S: * OK <any>
1 C: a LOGIN alice@a.example secret
1 S: a OK <any>
1 C: b SELECT INBOX (CONDSTORE)
1 S*: * OK [HIGHESTMODSEQ <num>] <any>
1 S: b OK <any>
1 C: c FETCH 1:2 (MODSEQ)
1 S: * 1 FETCH (MODSEQ (<num>))
1 S: * 2 FETCH (MODSEQ (<num>))
1 S: c OK <any>
1 C: d FETCH 1:2 FLAGS (CHANGEDSINCE 1)
1 S*: d OK <any>
1 C: e FETCH 1:2 (FLAGS) (CHANGEDSINCE 999999)
1 S: e OK <any>
1 C: f STORE 2 +FLAGS.SILENT (\Seen)
1 S: * 2 FETCH (UID 2 MODSEQ (<num>))
1 S: f OK <any>
