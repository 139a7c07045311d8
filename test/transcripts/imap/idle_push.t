# name: test/transcripts/imap/idle_push.t
# rfc: 2177
account alice@a.example password=secret
1 S: * OK <any>
1 C: a LOGIN alice@a.example secret
1 S: a OK <any>
1 C: b SELECT INBOX
1 S*: b OK <any>
1 C: c IDLE
1 S: + <any>
deliver alice@a.example INBOX "From: bob@b.example\r\nTo: alice@a.example\r\nSubject: hi\r\n\r\nbody\r\n"
1 S: * 1 EXISTS
1 S: * 1 RECENT
2 S: * OK <any>
2 C: a LOGIN alice@a.example secret
2 S: a OK <any>
2 C: b SELECT INBOX
2 S*: b OK <any>
2 C: c STORE 1 +FLAGS.SILENT (\Deleted)
2 S: c OK <any>
1 S: * 1 FETCH (FLAGS (\Deleted \Recent))
2 C: d EXPUNGE
2 S*: d OK <any>
1 S: * 1 EXPUNGE
1 C: DONE
1 S: c OK <any>
