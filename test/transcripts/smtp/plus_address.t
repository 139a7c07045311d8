# name: test/transcripts/smtp/plus_address.t
# rfc: 5233 1
account alice@a.example
1 S: 220 <any>
1 C: EHLO client.example
1 S*: 250 HELP
1 C: MAIL FROM:<sender@b.example>
1 S: 250 2.1.0 <any>
1 C: RCPT TO:<alice+lists@a.example>
1 S: 250 2.1.5 <any>
1 C: RCPT TO:<nobody+lists@a.example>
1 S: 550 5.1.1 <any>
1 C: DATA
1 S: 354 <any>
1 C: Subject: hi
1 C:
1 C: text
1 C: .
1 S: 250 2.0.0 stored as <word>
mailbox alice@a.example INBOX count 1
