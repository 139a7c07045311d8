# name: test/transcripts/imap/list_inbox_any_case.t
# rfc: 9051 5.1
account alice@a.example password=secret
1 S: * OK <any>
1 C: a LOGIN alice@a.example secret
1 S: a OK <any>
1 C: b LIST "" inBox
1 S: * LIST (\HasNoChildren) "/" "INBOX"
1 S: b OK <any>
1 C: c LIST "" in%
1 S: * LIST (\HasNoChildren) "/" "INBOX"
1 S: c OK <any>
