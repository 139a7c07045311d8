# name: test/transcripts/submission/local_delivery.t
# rfc: 6409 8
account alice@a.example password=secret
account bob@a.example password=secret
1 S: 220 <any>
1 C: EHLO client.example
1 S*: 250 HELP
1 C: AUTH PLAIN AGFsaWNlQGEuZXhhbXBsZQBzZWNyZXQ=
1 S: 235 2.7.0 <any>
1 C: MAIL FROM:<alice@a.example>
1 S: 250 2.1.0 <any>
1 C: RCPT TO:<bob@a.example>
1 S: 250 2.1.5 <any>
1 C: RCPT TO:<friend@elsewhere.example>
1 S: 250 2.1.5 <any>
1 C: DATA
1 S: 354 <any>
1 C: From: Alice <alice@a.example>
1 C: Bcc: friend@elsewhere.example
1 C: Subject: hi
1 C:
1 C: text
1 C: .
1 S: 250 2.0.0 stored as <word>
mailbox bob@a.example INBOX count 1
