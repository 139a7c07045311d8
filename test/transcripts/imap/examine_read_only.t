# name: test/transcripts/imap/examine_read_only.t
# rfc: 9051 6.3.3
account alice@a.example password=secret
deliver alice@a.example INBOX "From: bob@b.example\r\nTo: alice@a.example\r\nSubject: hi\r\n\r\nbody\r\n" flags="\\Deleted"
1 S: * OK <any>
1 C: a LOGIN alice@a.example secret
1 S: a OK <any>
1 C: b EXAMINE INBOX
1 S: * FLAGS <any>
1 S: * OK [PERMANENTFLAGS ()] <any>
1 S*: b OK [READ-ONLY] <any>
1 C: c STORE 1 +FLAGS (\Seen)
1 S: c NO <any>
1 C: d EXPUNGE
1 S: d NO <any>
1 C: e FETCH 1 BODY[TEXT]
1 S: * 1 FETCH (BODY[TEXT] {6}
1 S: body
1 S: )
1 S: e OK <any>
1 C: f CLOSE
1 S: f OK <any>
mailbox alice@a.example INBOX count 1
