# name: test/transcripts/imap/list_nonexistent_parent.t
# rfc: 9051 6.3.9
account alice@a.example password=secret
1 S: * OK <any>
1 C: a LOGIN alice@a.example secret
1 S: a OK <any>
1 C: b CREATE P/Q
1 S: b OK <any>
1 C: c DELETE P
1 S: c OK <any>
1 C: d LIST "" P%
1 S: * LIST (\Noselect \HasChildren) "/" "P"
1 S: d OK <any>
