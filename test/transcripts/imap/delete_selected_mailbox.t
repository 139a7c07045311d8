# name: test/transcripts/imap/delete_selected_mailbox.t
# rfc: 9051 6.3.5
account alice@a.example password=secret
1 S: * OK <any>
1 C: a LOGIN alice@a.example secret
1 S: a OK <any>
1 C: b CREATE Gone
1 S: b OK <any>
1 C: c SELECT Gone
1 S*: c OK <any>
1 C: d DELETE Gone
1 S: * OK [CLOSED] <any>
1 S: d OK <any>
1 C: e CHECK
1 S: e BAD <any>
