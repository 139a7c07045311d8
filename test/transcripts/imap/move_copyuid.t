# name: test/transcripts/imap/move_copyuid.t
# rfc: 6851
account alice@a.example password=secret
deliver alice@a.example INBOX "From: bob@b.example\r\nTo: alice@a.example\r\nSubject: 1\r\n\r\nbody\r\n"
deliver alice@a.example INBOX "From: bob@b.example\r\nTo: alice@a.example\r\nSubject: 2\r\n\r\nbody\r\n"
deliver alice@a.example INBOX "From: bob@b.example\r\nTo: alice@a.example\r\nSubject: 3\r\n\r\nbody\r\n"
1 S: * OK <any>
1 C: a LOGIN alice@a.example secret
1 S: a OK <any>
1 C: b SELECT INBOX
1 S*: b OK <any>
1 C: c MOVE 1,3 Archive
1 S: * OK [COPYUID <num> 1,3 1:2] <any>
1 S: * 3 EXPUNGE
1 S: * 1 EXPUNGE
1 S: c OK <any>
1 C: d UID MOVE 2 Nowhere
1 S: d NO [TRYCREATE] <any>
1 C: e UID MOVE 2 Trash
1 S: * OK [COPYUID <num> 2 1] <any>
1 S: * 1 EXPUNGE
1 S: e OK <any>
mailbox alice@a.example INBOX count 0
mailbox alice@a.example Archive count 2
