# name: test/transcripts/imap/pipelined_commands.t
# rfc: 9051 5.5
account alice@a.example password=secret
deliver alice@a.example INBOX "From: bob@b.example\r\nTo: alice@a.example\r\nSubject: hi\r\n\r\nbody\r\n"
1 S: * OK <any>
1 C-: a LOGIN alice@a.example secret\r\nb SELECT INBOX\r\nc FETCH 1 UID\r\nd NOOP\r\n
1 S: a OK <any>
1 S*: b OK <any>
1 S: * 1 FETCH (UID 1)
1 S: c OK <any>
1 S: d OK <any>
