# name: test/transcripts/smtp/loop_by_hops.t
# rfc: 5321 6.3
set smtp.hops=10
account alice@a.example
1 S: 220 <any>
1 C: EHLO client.example
1 S*: 250 HELP
1 C: MAIL FROM:<sender@b.example>
1 S: 250 2.1.0 <any>
1 C: RCPT TO:<alice@a.example>
1 S: 250 2.1.5 <any>
1 C: DATA
1 S: 354 <any>
1 C*: 11 Received: from x by y; Mon, 2 Mar 2026 09:00:00 +0000\r\n
1 C: Subject: round
1 C:
1 C: .
1 S: 554 5.4.6 <any>
mailbox alice@a.example INBOX count 0
