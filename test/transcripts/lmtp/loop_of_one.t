# name: test/transcripts/lmtp/loop_of_one.t
# rfc: 5321 6.3
account alice@a.example
account bob@a.example
1 S: 220 <any>
1 C: LHLO client.example
1 S*: 250 HELP
1 C: MAIL FROM:<sender@b.example>
1 S: 250 2.1.0 <any>
1 C: RCPT TO:<alice@a.example>
1 S: 250 2.1.5 <any>
1 C: RCPT TO:<bob@a.example>
1 S: 250 2.1.5 <any>
1 C: DATA
1 S: 354 <any>
1 C: Delivered-To: alice@a.example
1 C:
1 C: .
1 S: 554 5.4.6 <any>
1 S: 250 2.0.0 stored as <word>
mailbox alice@a.example INBOX count 0
mailbox bob@a.example INBOX count 1
