# name: test/transcripts/imap/fetch_empty_mailbox.t
# rfc: 9051 6.4.5
account alice@a.example password=secret
1 S: * OK <any>
1 C: a LOGIN alice@a.example secret
1 S: a OK <any>
1 C: b SELECT INBOX
1 S*: b OK <any>
1 C: c FETCH 1:* FLAGS
1 S: c OK <any>
1 C: d UID FETCH 1:* FLAGS
1 S: d OK <any>
1 C: e FETCH 1 FLAGS
1 S: e BAD <any>
