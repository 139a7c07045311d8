# name: test/transcripts/lmtp/mailbox_is_shared_with_smtp.t
account alice@a.example
1 S: 220 <any>
1 C: LHLO client.example
1 S*: 250 HELP
1 C: MAIL FROM:<sender@b.example>
1 S: 250 2.1.0 <any>
1 C: RCPT TO:<alice@a.example>
1 S: 250 2.1.5 <any>
1 C: DATA
1 S: 354 <any>
1 C: .
1 S: 250 2.0.0 stored as <word>
2 connect smtp
2 S: 220 <any>
2 C: EHLO client.example
2 S*: 250 HELP
2 C: MAIL FROM:<sender@b.example>
2 S: 250 2.1.0 <any>
2 C: RCPT TO:<alice@a.example>
2 S: 250 2.1.5 <any>
2 C: DATA
2 S: 354 <any>
2 C: .
2 S: 250 2.0.0 stored as <word>
message alice@a.example INBOX 1 contains " with LMTP id "
message alice@a.example INBOX 2 contains " with ESMTP id "
