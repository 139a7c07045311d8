# name: test/transcripts/submission/extensions.t
# rfc: 4865 4, 2852 4, 8689 4
account alice@a.example password=secret
account bob@a.example password=secret
1 S: 220 <any>
1 C: EHLO client.example
1 S*: 250 HELP
1 C: AUTH PLAIN AGFsaWNlQGEuZXhhbXBsZQBzZWNyZXQ=
1 S: 235 2.7.0 <any>
1 C: MAIL FROM:<alice@a.example> HOLDFOR=60 HOLDUNTIL=2099-01-01T00:00:00Z
1 S: 501 5.5.4 <any>
1 C: MAIL FROM:<alice@a.example> HOLDUNTIL=2099-01-01T00:00:00Z
1 S: 501 5.5.4 <any>
1 C: MAIL FROM:<alice@a.example> HOLDFOR=999999999
1 S: 501 5.5.4 <any>
1 C: MAIL FROM:<alice@a.example> BY=10;R
1 S: 501 5.5.4 <any>
1 C: MAIL FROM:<alice@a.example> BY=abc
1 S: 501 5.5.4 <any>
1 C: MAIL FROM:<alice@a.example> REQUIRETLS
1 S: 530 5.7.10 <any>
1 C: MAIL FROM:<alice@a.example> HOLDFOR=60 BY=120;N RET=HDRS ENVID=abc
1 S: 250 2.1.0 <any>
