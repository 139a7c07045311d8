# name: test/transcripts/imap/fetch_uid_and_sets.t
# rfc: 9051 6.4.9
account alice@a.example password=secret
deliver alice@a.example INBOX "From: bob@b.example\r\nTo: alice@a.example\r\nSubject: 1\r\n\r\nbody\r\n"
deliver alice@a.example INBOX "From: bob@b.example\r\nTo: alice@a.example\r\nSubject: 2\r\n\r\nbody\r\n"
deliver alice@a.example INBOX "From: bob@b.example\r\nTo: alice@a.example\r\nSubject: 3\r\n\r\nbody\r\n"
1 S: * OK <any>
1 C: a LOGIN alice@a.example secret
1 S: a OK <any>
1 C: b EXAMINE INBOX
1 S*: b OK <any>
1 C: c UID FETCH 2 FLAGS
1 S: * 2 FETCH (UID 2 FLAGS (\Recent))
1 S: c OK <any>
1 C: d UID FETCH 99:* UID
1 S: * 3 FETCH (UID 3)
1 S: d OK <any>
1 C: e FETCH 3,1,1:2 UID
1 S: * 1 FETCH (UID 1)
1 S: * 2 FETCH (UID 2)
1 S: * 3 FETCH (UID 3)
1 S: e OK <any>
1 C: f FETCH 4 UID
1 S: f BAD <any>
1 C: g FETCH *:2 UID
1 S: * 2 FETCH (UID 2)
1 S: * 3 FETCH (UID 3)
1 S: g OK <any>
1 C: h FETCH 0 UID
1 S: h BAD <any>
1 C: i UID FETCH 50 UID
1 S: i OK <any>
