# name: test/transcripts/imap/two_sessions_see_flags.t
# rfc: 9051 7.5.2
account alice@a.example password=secret
deliver alice@a.example INBOX "From: bob@b.example\r\nTo: alice@a.example\r\nSubject: hi\r\n\r\nbody\r\n"
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
1 C: c STORE 1 +FLAGS.SILENT (\Flagged)
1 S: c OK <any>
2 C: c NOOP
2 S: * 1 FETCH (FLAGS (\Flagged))
2 S: c OK <any>
1 C: d NOOP
1 S: d OK <any>
