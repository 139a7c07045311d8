# name: test/transcripts/smtp/disabled_member.t
account alice@a.example disabled
1 S: 220 <any>
1 C: EHLO client.example
1 S*: 250 HELP
1 C: MAIL FROM:<sender@b.example>
1 S: 250 2.1.0 <any>
1 C: RCPT TO:<alice@a.example>
1 S: 550 5.2.1 the mailbox is disabled
