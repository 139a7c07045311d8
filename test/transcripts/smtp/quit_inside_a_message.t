# name: test/transcripts/smtp/quit_inside_a_message.t
# rfc: 5321 4.1.1.10
account alice@a.example
1 S: 220 <any>
1 C: EHLO client.example
1 S*: 250 HELP
1 C: MAIL FROM:<sender@b.example>
1 S: 250 2.1.0 <any>
1 C: RCPT TO:<alice@a.example>
1 S: 250 2.1.5 <any>
1 C: QUIT
1 S: 221 2.0.0 <any>
1 S closed
mailbox alice@a.example INBOX count 0
