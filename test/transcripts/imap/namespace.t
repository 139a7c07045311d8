# name: test/transcripts/imap/namespace.t
# rfc: 2342
account alice@a.example password=secret
1 S: * OK <any>
1 C: a LOGIN alice@a.example secret
1 S: a OK <any>
1 C: b NAMESPACE
1 S: * NAMESPACE (("" "/")) NIL NIL
1 S: b OK <any>
