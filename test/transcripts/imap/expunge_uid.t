# name: test/transcripts/imap/expunge_uid.t
# rfc: 4315 2.1
account alice@a.example password=secret
deliver alice@a.example INBOX "From: bob@b.example\r\nTo: alice@a.example\r\nSubject: 1\r\n\r\nbody\r\n" flags="\\Deleted"
deliver alice@a.example INBOX "From: bob@b.example\r\nTo: alice@a.example\r\nSubject: 2\r\n\r\nbody\r\n" flags="\\Deleted"
deliver alice@a.example INBOX "From: bob@b.example\r\nTo: alice@a.example\r\nSubject: 3\r\n\r\nbody\r\n"
1 S: * OK <any>
1 C: a LOGIN alice@a.example secret
1 S: a OK <any>
1 C: b SELECT INBOX
1 S*: b OK <any>
1 C: c UID EXPUNGE 2:3
1 S: * 2 EXPUNGE
1 S: c OK <any>
1 C: d UID EXPUNGE
1 S: d BAD <any>
1 C: e EXPUNGE 1
1 S: e BAD <any>
1 C: f EXPUNGE
1 S: * 1 EXPUNGE
1 S: f OK <any>
mailbox alice@a.example INBOX count 1
