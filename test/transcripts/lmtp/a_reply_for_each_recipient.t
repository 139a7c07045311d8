# name: test/transcripts/lmtp/a_reply_for_each_recipient.t
# rfc: 2033 4.2
account alice@a.example
account bob@a.example
account carol@c.example
1 S: 220 <any>
1 C: LHLO client.example
1 S*: 250 HELP
1 C: MAIL FROM:<sender@b.example>
1 S: 250 2.1.0 <any>
1 C: RCPT TO:<alice@a.example>
1 S: 250 2.1.5 <any>
1 C: RCPT TO:<nobody@a.example>
1 S: 550 5.1.1 <any>
1 C: RCPT TO:<bob@a.example>
1 S: 250 2.1.5 <any>
1 C: RCPT TO:<carol@c.example>
1 S: 250 2.1.5 <any>
1 C: DATA
1 S: 354 <any>
1 C: Subject: hi
1 C:
1 C: text
1 C: .
1 S: 250 2.0.0 stored as <word>
1 S: 250 2.0.0 stored as <word>
1 S: 250 2.0.0 stored as <word>
1 C: NOOP
1 S: 250 2.0.0 ok
mailbox alice@a.example INBOX count 1
mailbox bob@a.example INBOX count 1
mailbox carol@c.example INBOX count 1
