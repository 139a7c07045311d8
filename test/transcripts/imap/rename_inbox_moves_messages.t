# name: test/transcripts/imap/rename_inbox_moves_messages.t
# rfc: 9051 6.3.6
account alice@a.example password=secret
deliver alice@a.example INBOX "From: bob@b.example\r\nTo: alice@a.example\r\nSubject: hi\r\n\r\nbody\r\n"
deliver alice@a.example INBOX "From: bob@b.example\r\nTo: alice@a.example\r\nSubject: two\r\n\r\nbody\r\n"
1 S: * OK <any>
1 C: a LOGIN alice@a.example secret
1 S: a OK <any>
1 C: b RENAME INBOX Old
1 S: b OK <any>
mailbox alice@a.example INBOX count 0
mailbox alice@a.example Old count 2
