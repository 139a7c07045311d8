# name: test/transcripts/submission/sign_in_first.t
# rfc: 4954 6, 6409 4.3
account alice@a.example password=secret
account bob@a.example password=secret
1 S: 220 <any>
1 C: EHLO client.example
1 S*: 250 HELP
1 C: MAIL FROM:<alice@a.example>
1 S: 530 5.7.0 <any>
1 C: AUTH PLAIN AGFsaWNlQGEuZXhhbXBsZQB3cm9uZw==
1 S: 535 5.7.8 <any>
1 C: AUTH PLAIN AGFsaWNlQGEuZXhhbXBsZQBzZWNyZXQ=
1 S: 235 2.7.0 <any>
1 C: MAIL FROM:<alice@a.example>
1 S: 250 2.1.0 <any>
