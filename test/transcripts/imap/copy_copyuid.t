# name: test/transcripts/imap/copy_copyuid.t
# rfc: 4315 3
account alice@a.example password=secret
deliver alice@a.example INBOX "From: bob@b.example\r\nTo: alice@a.example\r\nSubject: 1\r\n\r\nbody\r\n" flags="\\Flagged"
deliver alice@a.example INBOX "From: bob@b.example\r\nTo: alice@a.example\r\nSubject: 2\r\n\r\nbody\r\n"
deliver alice@a.example INBOX "From: bob@b.example\r\nTo: alice@a.example\r\nSubject: 3\r\n\r\nbody\r\n"
1 S: * OK <any>
1 C: a LOGIN alice@a.example secret
1 S: a OK <any>
1 C: b SELECT INBOX
1 S*: b OK <any>
1 C: c COPY 1,3 Archive
1 S: c OK [COPYUID <num> 1,3 1:2] <any>
1 C: d UID COPY 99 Archive
1 S: d OK COPY completed
1 C: e COPY 1 Nowhere
1 S: e NO [TRYCREATE] <any>
1 C: f COPY 9 Archive
1 S: f BAD <any>
1 C: g EXAMINE Archive
1 S*: g OK <any>
1 C: h FETCH 1 FLAGS
1 S: * 1 FETCH (FLAGS (\Flagged<any>))
1 S: h OK <any>
mailbox alice@a.example INBOX count 3
mailbox alice@a.example Archive count 2
