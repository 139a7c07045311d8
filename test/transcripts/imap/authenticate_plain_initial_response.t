# name: test/transcripts/imap/authenticate_plain_initial_response.t
# rfc: 4959
account alice@a.example password=secret
1 S: * OK <any>
1 C: a AUTHENTICATE PLAIN AGFsaWNlQGEuZXhhbXBsZQBzZWNyZXQ=
1 S: a OK <any>
