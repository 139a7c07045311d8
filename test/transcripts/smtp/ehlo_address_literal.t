# name: test/transcripts/smtp/ehlo_address_literal.t
# rfc: 5321 4.1.3
account alice@a.example
1 S: 220 <any>
1 C: EHLO [203.0.113.9]
1 S: 250-mx.posthouse.test greets [203.0.113.9]
1 S*: 250 HELP
1 C: MAIL FROM:<sender@b.example>
1 S: 250 2.1.0 <any>
1 C: RCPT TO:<alice@a.example>
1 S: 250 2.1.5 <any>
1 C: DATA
1 S: 354 <any>
1 C: Subject: hi
1 C:
1 C: text
1 C: .
1 S: 250 2.0.0 stored as <word>
message alice@a.example INBOX 1 contains "Received: from [203.0.113.9] ([203.0.113.9])"
