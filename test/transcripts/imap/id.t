# name: test/transcripts/imap/id.t
# rfc: 2971
account alice@a.example password=secret
1 S: * OK <any>
1 C: a ID NIL
1 S: * ID ("name" <any>)
1 S: a OK <any>
1 C: b ID ("name" "client" "version" NIL)
1 S: * ID (<any>)
1 S: b OK <any>
1 C: c ID ("name")
1 S: c BAD <any>
