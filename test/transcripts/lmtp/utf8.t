# name: test/transcripts/lmtp/utf8.t
# rfc: 6531 4.3
account 汤姆@例子.example
1 S: 220 <any>
1 C: LHLO client.example
1 S*: 250 HELP
1 C: MAIL FROM:<> SMTPUTF8
1 S: 250 2.1.0 <any>
1 C: RCPT TO:<汤姆@例子.example>
1 S: 250 2.1.5 <any>
1 C: DATA
1 S: 354 <any>
1 C: Subject: hi
1 C:
1 C: text
1 C: .
1 S: 250 2.0.0 stored as <word>
message 汤姆@例子.example INBOX 1 contains " with UTF8LMTP id "
