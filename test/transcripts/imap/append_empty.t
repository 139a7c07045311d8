# name: test/transcripts/imap/append_empty.t
# rfc: 3502 6.3.11
account alice@a.example password=secret
1 S: * OK <any>
1 C: a LOGIN alice@a.example secret
1 S: a OK <any>
1 C: b APPEND INBOX {0+}
1 C: 
1 S: b NO <any>
1 C: c APPEND INBOX
1 S: c BAD <any>
