# name: test/transcripts/submission/auth_in_steps.t
# rfc: 4954 4
account alice@a.example password=secret
account bob@a.example password=secret
1 S: 220 <any>
1 C: EHLO client.example
1 S*: 250 HELP
1 C: AUTH PLAIN
1 S: 334 <any>
1 C: *
1 S: 501 5.7.0 <any>
1 C: AUTH PLAIN ====
1 S: 501 5.5.2 <any>
1 C: AUTH NONSENSE
1 S: 504 5.5.4 <any>
1 C: AUTH LOGIN
1 S: 334 VXNlcm5hbWU6
1 C: YWxpY2VAYS5leGFtcGxl
1 S: 334 UGFzc3dvcmQ6
1 C: c2VjcmV0
1 S: 235 2.7.0 <any>
1 C: AUTH PLAIN AGFsaWNlQGEuZXhhbXBsZQBzZWNyZXQ=
1 S: 503 5.5.1 <any>
