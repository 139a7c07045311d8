# name: test/transcripts/smtp/no_relay_for_own_sender.t
account alice@a.example
1 S: 220 <any>
1 C: EHLO client.example
1 S*: 250 HELP
1 C: MAIL FROM:<alice@a.example>
1 S: 250 2.1.0 <any>
1 C: RCPT TO:<tom@elsewhere.example>
1 S: 550 5.7.1 <any>
