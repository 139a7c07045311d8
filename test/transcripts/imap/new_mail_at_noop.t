# name: test/transcripts/imap/new_mail_at_noop.t
# rfc: 9051 7.4.1
account alice@a.example password=secret
1 S: * OK <any>
1 C: a LOGIN alice@a.example secret
1 S: a OK <any>
1 C: b SELECT INBOX
1 S*: b OK <any>
deliver alice@a.example INBOX "From: bob@b.example\r\nTo: alice@a.example\r\nSubject: hi\r\n\r\nbody\r\n"
1 C: c NOOP
1 S: * 1 EXISTS
1 S: * 1 RECENT
1 S: c OK <any>
