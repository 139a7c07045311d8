# name: test/transcripts/smtp/bdat_then_data.t
# rfc: 3030 2
account alice@a.example
1 S: 220 <any>
1 C: EHLO client.example
1 S*: 250 HELP
1 C: MAIL FROM:<sender@b.example>
1 S: 250 2.1.0 <any>
1 C: RCPT TO:<alice@a.example>
1 S: 250 2.1.5 <any>
1 C: BDAT 3
1 C-: A:b
1 S: 250 2.0.0 <any>
1 C: DATA
1 S: 503 5.5.1 BDAT LAST comes first
1 C: RCPT TO:<alice@a.example>
1 S: 503 5.5.1 BDAT LAST comes first
1 C: MAIL FROM:<other@b.example>
1 S: 503 5.5.1 BDAT LAST comes first
1 C: RSET
1 S: 250 2.0.0 <any>
1 C: BDAT 1 LAST
1 C-: x
1 S: 503 5.5.1 <any>
mailbox alice@a.example INBOX count 0
