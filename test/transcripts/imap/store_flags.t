# name: test/transcripts/imap/store_flags.t
# rfc: 9051 6.4.6
account alice@a.example password=secret
deliver alice@a.example INBOX "From: bob@b.example\r\nTo: alice@a.example\r\nSubject: hi\r\n\r\nbody\r\n"
1 S: * OK <any>
1 C: a LOGIN alice@a.example secret
1 S: a OK <any>
1 C: b SELECT INBOX
1 S*: b OK <any>
1 C: c STORE 1 +FLAGS (\Seen $Work)
1 S: * FLAGS (<any>$Work)
1 S: * OK [PERMANENTFLAGS (<any>)] <any>
1 S: * 1 FETCH (FLAGS (\Seen $Work \Recent))
1 S: c OK <any>
1 C: d STORE 1 -FLAGS \Seen
1 S: * 1 FETCH (FLAGS ($Work \Recent))
1 S: d OK <any>
1 C: e STORE 1 FLAGS (\Answered \Flagged)
1 S: * 1 FETCH (FLAGS (\Answered \Flagged \Recent))
1 S: e OK <any>
1 C: f UID STORE 1 +FLAGS.SILENT (\Deleted)
1 S: f OK <any>
1 C: g FETCH 1 FLAGS
1 S: * 1 FETCH (FLAGS (\Answered \Flagged \Deleted \Recent))
1 S: g OK <any>
1 C: h STORE 1 +FLAGS (\Flagged)
1 S: * 1 FETCH (FLAGS (\Answered \Flagged \Deleted \Recent))
1 S: h OK <any>
