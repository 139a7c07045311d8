# name: test/transcripts/imap/unselect_keeps_deleted.t
# rfc: 3691
account alice@a.example password=secret
deliver alice@a.example INBOX "From: bob@b.example\r\nTo: alice@a.example\r\nSubject: hi\r\n\r\nbody\r\n" flags="\\Deleted"
1 S: * OK <any>
1 C: a LOGIN alice@a.example secret
1 S: a OK <any>
1 C: b SELECT INBOX
1 S*: b OK <any>
1 C: c UNSELECT
1 S: c OK <any>
mailbox alice@a.example INBOX count 1
