# name: test/transcripts/lmtp/too_large_for_each.t
# rfc: 2033 4.2
set smtp.message_size=1KB
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
1 C: DATA
1 S: 354 <any>
1 C*: 100 0123456789ABCD\r\n
1 C: .
1 S: 552 5.3.4 <any>
1 S: 552 5.3.4 <any>
1 C: NOOP
1 S: 250 2.0.0 ok
