# name: test/transcripts/lmtp/no_recipients.t
# rfc: 2033 4.2
account alice@a.example
1 S: 220 <any>
1 C: LHLO client.example
1 S*: 250 HELP
1 C: MAIL FROM:<sender@b.example>
1 S: 250 2.1.0 <any>
1 C: RCPT TO:<nobody@a.example>
1 S: 550 5.1.1 <any>
1 C: DATA
1 S: 503 5.5.1 no valid recipients
