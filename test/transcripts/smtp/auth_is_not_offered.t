# name: test/transcripts/smtp/auth_is_not_offered.t
# rfc: 4954 4
1 S: 220 <any>
1 C: EHLO client.example
1 S*: 250 HELP
1 C: AUTH PLAIN AGFsaWNlAHNlY3JldA==
1 S: 502 5.5.1 not offered here
