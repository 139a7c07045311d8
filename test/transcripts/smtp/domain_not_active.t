# name: test/transcripts/smtp/domain_not_active.t
domain wait.example state=await_mx
1 S: 220 <any>
1 C: EHLO client.example
1 S*: 250 HELP
1 C: MAIL FROM:<sender@b.example>
1 S: 250 2.1.0 <any>
1 C: RCPT TO:<alice@wait.example>
1 S: 550 5.1.2 <any>
