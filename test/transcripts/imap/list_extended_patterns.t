# name: test/transcripts/imap/list_extended_patterns.t
# rfc: 5258
account alice@a.example password=secret
1 S: * OK <any>
1 C: a LOGIN alice@a.example secret
1 S: a OK <any>
1 C: b LIST "" (Sent Tr%) RETURN (CHILDREN SUBSCRIBED SPECIAL-USE)
1 S: * LIST (\HasNoChildren \Subscribed \Sent) "/" "Sent"
1 S: * LIST (\HasNoChildren \Subscribed \Trash) "/" "Trash"
1 S: b OK <any>
