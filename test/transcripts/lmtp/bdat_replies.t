# name: test/transcripts/lmtp/bdat_replies.t
# rfc: 3030 2
account alice@a.example
account bob@a.example
1 S: 220 <any>
1 C: LHLO client.example
1 S*: 250 HELP
1 C: MAIL FROM:<sender@b.example>
1 S: 250 2.1.0 <any>
1 C: RCPT TO:<alice@a.example>
1 S: 250 2.1.5 <any>
1 C: RCPT TO:<bob@a.example>
1 S: 250 2.1.5 <any>
1 C: BDAT 12
1 C-: Subject: x\r\n
1 S: 250 2.0.0 12 octets received
1 C: BDAT 8 LAST
1 C-: \r\nbody\r\n
1 S: 250 2.0.0 stored as <word>
1 S: 250 2.0.0 stored as <word>
1 C: NOOP
1 S: 250 2.0.0 ok
message bob@a.example INBOX 1 contains "Subject: x\r\n\r\nbody\r\n"
