# name: test/transcripts/imap/list_default_special_use.t
# rfc: 6154
account alice@a.example password=secret
1 S: * OK <any>
1 C: a LOGIN alice@a.example secret
1 S: a OK <any>
1 C: b LIST "" *
1 S: * LIST (\HasNoChildren \Archive) "/" "Archive"
1 S: * LIST (\HasNoChildren \Drafts) "/" "Drafts"
1 S: * LIST (\HasNoChildren) "/" "INBOX"
1 S: * LIST (\HasNoChildren \Junk) "/" "Junk"
1 S: * LIST (\HasNoChildren \Sent) "/" "Sent"
1 S: * LIST (\HasNoChildren \Trash) "/" "Trash"
1 S: b OK <any>
