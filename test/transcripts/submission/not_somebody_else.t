# name: test/transcripts/submission/not_somebody_else.t
# rfc: 6409 6.1
account alice@a.example password=secret
account bob@a.example password=secret
1 S: 220 <any>
1 C: EHLO client.example
1 S*: 250 HELP
1 C: AUTH PLAIN AGFsaWNlQGEuZXhhbXBsZQBzZWNyZXQ=
1 S: 235 2.7.0 <any>
1 C: MAIL FROM:<bob@a.example>
1 S: 550 5.7.1 <any>
1 C: MAIL FROM:<alice+list@a.example>
1 S: 250 2.1.0 <any>
1 C: RCPT TO:<bob@a.example>
1 S: 250 2.1.5 <any>
1 C: DATA
1 S: 354 <any>
1 C: From: bob@a.example
1 C:
1 C: text
1 C: .
1 S: 550 5.7.1 <any>
1 C: MAIL FROM:<>
1 S: 250 2.1.0 <any>
1 C: RCPT TO:<bob@a.example>
1 S: 250 2.1.5 <any>
1 C: DATA
1 S: 354 <any>
1 C: Subject: no author
1 C:
1 C: text
1 C: .
1 S: 550 5.6.0 <any>
mailbox bob@a.example INBOX count 0
