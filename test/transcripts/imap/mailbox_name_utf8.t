# name: test/transcripts/imap/mailbox_name_utf8.t
# rfc: 6855 3, 9051 5.1
account alice@a.example password=secret
1 S: * OK <any>
1 C: a LOGIN alice@a.example secret
1 S: a OK <any>
1 C: b ENABLE UTF8=ACCEPT
1 S: * ENABLED UTF8=ACCEPT
1 S: b OK <any>
1 C: c CREATE "台北"
1 S: c OK <any>
1 C: d LIST "" "台%"
1 S: * LIST (\HasNoChildren) "/" "台北"
1 S: d OK <any>
2 S: * OK <any>
2 C: a LOGIN alice@a.example secret
2 S: a OK <any>
2 C: b LIST "" "&U,BTFw-*"
2 S: * LIST (\HasNoChildren) "/" "&U,BTFw-"
2 S: b OK <any>
