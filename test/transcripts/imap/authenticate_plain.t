# name: test/transcripts/imap/authenticate_plain.t
# rfc: 4616, 9051 6.2.2
account alice@a.example password=secret
1 S: * OK <any>
1 C: a AUTHENTICATE PLAIN
1 S: + 
1 C: AGFsaWNlQGEuZXhhbXBsZQBzZWNyZXQ=
1 S: a OK [CAPABILITY <any>] <any>
