# name: test/transcripts/smtp/idn_domain_as_a_label.t
# rfc: 5891 4
account tom@例子.example
1 S: 220 <any>
1 C: EHLO client.example
1 S*: 250 HELP
1 C: MAIL FROM:<sender@b.example>
1 S: 250 2.1.0 <any>
1 C: RCPT TO:<tom@xn--fsqu00a.example>
1 S: 250 2.1.5 <any>
1 C: DATA
1 S: 354 <any>
1 C: Subject: hi
1 C:
1 C: text
1 C: .
1 S: 250 2.0.0 stored as <word>
mailbox tom@例子.example INBOX count 1
