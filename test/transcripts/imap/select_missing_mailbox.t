# name: test/transcripts/imap/select_missing_mailbox.t
# rfc: 5530 3
account alice@a.example password=secret
1 S: * OK <any>
1 C: a LOGIN alice@a.example secret
1 S: a OK <any>
1 C: b SELECT INBOX
1 S*: b OK <any>
1 C: c SELECT Nowhere
1 S: * OK [CLOSED] <any>
1 S: c NO [NONEXISTENT] <any>
1 C: d FETCH 1 FLAGS
1 S: d BAD <any>
