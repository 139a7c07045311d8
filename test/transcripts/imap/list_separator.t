# name: test/transcripts/imap/list_separator.t
# rfc: 9051 6.3.9
account alice@a.example password=secret
1 S: * OK <any>
1 C: a LOGIN alice@a.example secret
1 S: a OK <any>
1 C: b LIST "" ""
1 S: * LIST (\Noselect) "/" ""
1 S: b OK <any>
