# name: test/transcripts/lmtp/refusals_at_rcpt.t
# rfc: 2033 4.2
account alice@a.example
account dan@a.example disabled
1 S: 220 <any>
1 C: LHLO client.example
1 S*: 250 HELP
1 C: MAIL FROM:<sender@b.example>
1 S: 250 2.1.0 <any>
1 C: RCPT TO:<dan@a.example>
1 S: 550 5.2.1 <any>
1 C: RCPT TO:<tom@elsewhere.example>
1 S: 550 5.7.1 <any>
1 C: RCPT TO:<postmaster>
1 S: 250 2.1.5 <any>
1 C: DATA
1 S: 354 <any>
1 C: Subject: hi
1 C:
1 C: text
1 C: .
1 S: 250 2.0.0 stored as <word>
1 C: NOOP
1 S: 250 2.0.0 ok
