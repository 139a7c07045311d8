# name: test/transcripts/imap/mailbox_name_utf7.t
# rfc: 3501 5.1.3
account alice@a.example password=secret
1 S: * OK <any>
1 C: a LOGIN alice@a.example secret
1 S: a OK <any>
1 C: b CREATE "&U,BTFw-"
1 S: b OK <any>
1 C: c LIST "" "&U,BTFw-*"
1 S: * LIST (\HasNoChildren) "/" "&U,BTFw-"
1 S: c OK <any>
1 C: d CREATE "&&-"
1 S: d NO <any>
1 C: e CREATE "Tom &- Jerry"
1 S: e OK <any>
1 C: f LIST "" T*y
1 S: * LIST (\HasNoChildren) "/" "Tom &- Jerry"
1 S: f OK <any>
