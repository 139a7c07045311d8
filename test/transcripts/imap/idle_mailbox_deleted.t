# name: test/transcripts/imap/idle_mailbox_deleted.t
# rfc: 2177
account alice@a.example password=secret
1 S: * OK <any>
1 C: a LOGIN alice@a.example secret
1 S: a OK <any>
1 C: b CREATE Gone
1 S: b OK <any>
1 C: c SELECT Gone
1 S*: c OK <any>
1 C: d IDLE
1 S: + <any>
2 S: * OK <any>
2 C: a LOGIN alice@a.example secret
2 S: a OK <any>
2 C: b DELETE Gone
2 S: b OK <any>
1 S: * BYE <any>
1 S*: d OK <any>
1 S closed
