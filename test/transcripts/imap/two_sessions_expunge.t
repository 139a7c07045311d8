# name: test/transcripts/imap/two_sessions_expunge.t
# rfc: 9051 7.5.1
account alice@a.example password=secret
deliver alice@a.example INBOX "From: bob@b.example\r\nTo: alice@a.example\r\nSubject: 1\r\n\r\nbody\r\n"
deliver alice@a.example INBOX "From: bob@b.example\r\nTo: alice@a.example\r\nSubject: 2\r\n\r\nbody\r\n"
deliver alice@a.example INBOX "From: bob@b.example\r\nTo: alice@a.example\r\nSubject: 3\r\n\r\nbody\r\n"
1 S: * OK <any>
1 C: a LOGIN alice@a.example secret
1 S: a OK <any>
1 C: b SELECT INBOX
1 S*: b OK <any>
2 S: * OK <any>
2 C: a LOGIN alice@a.example secret
2 S: a OK <any>
2 C: b SELECT INBOX
2 S*: b OK <any>
1 C: c STORE 1:2 +FLAGS.SILENT (\Deleted)
1 S: c OK <any>
1 C: d EXPUNGE
1 S: * 2 EXPUNGE
1 S: * 1 EXPUNGE
1 S: d OK <any>
2 C: c FETCH 1:3 UID
2 S: * 1 FETCH (UID 1)
2 S: * 2 FETCH (UID 2)
2 S: * 3 FETCH (UID 3)
2 S: c OK <any>
2 C: d FETCH 1 BODY.PEEK[]
2 S: d NO [EXPUNGEISSUED] <any>
2 C: e FETCH 3 UID
2 S: * 3 FETCH (UID 3)
2 S: e OK <any>
2 C: f NOOP
2 S: * 2 EXPUNGE
2 S: * 1 EXPUNGE
2 S: f OK <any>
2 C: g FETCH 1 UID
2 S: * 1 FETCH (UID 3)
2 S: g OK <any>
