# name: test/transcripts/lmtp/bare_lf_for_each.t
# rfc: 2033 4.2
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
1 C-: a\nb\r\n.\r\n
1 S: 550 5.6.0 <any>
1 S: 550 5.6.0 <any>
1 C: NOOP
1 S: 250 2.0.0 ok
