# name: test/transcripts/imap/condstore_unchangedsince.t
# rfc: 7162 3.1.3
account alice@a.example password=secret
deliver alice@a.example INBOX "From: bob@b.example\r\nTo: alice@a.example\r\nSubject: 1\r\n\r\nbody\r\n"
deliver alice@a.example INBOX "From: bob@b.example\r\nTo: alice@a.example\r\nSubject: 2\r\n\r\nbody\r\n"
1 S: * OK <any>
1 C: a LOGIN alice@a.example secret
1 S: a OK <any>
1 C: b SELECT INBOX
1 S*: b OK <any>
1 C: c STORE 1 +FLAGS (\Flagged)
1 S: * 1 FETCH (FLAGS (\Flagged \Recent))
1 S: c OK <any>
1 C: d STORE 1:2 (UNCHANGEDSINCE 1) +FLAGS.SILENT (\Seen)
1 S: * OK [HIGHESTMODSEQ <num>] <any>
1 S: d OK [MODIFIED 1:2] <any>
1 C: e UID STORE 1:2 (UNCHANGEDSINCE 999999) +FLAGS (\Seen)
1 S: * 1 FETCH (UID 1 FLAGS (\Seen \Flagged \Recent) MODSEQ (<num>))
1 S: * 2 FETCH (UID 2 FLAGS (\Seen \Recent) MODSEQ (<num>))
1 S: e OK STORE completed
