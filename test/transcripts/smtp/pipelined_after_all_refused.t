# name: test/transcripts/smtp/pipelined_after_all_refused.t
# rfc: 2920 3.1
account alice@a.example
1 S: 220 <any>
1 C: EHLO client.example
1 S*: 250 HELP
1 C-: MAIL FROM:<sender@b.example>\r\nRCPT TO:<nobody@a.example>\r\nDATA\r\nRSET\r\nNOOP\r\n
1 S: 250 2.1.0 <any>
1 S: 550 5.1.1 <any>
1 S: 503 5.5.1 no valid recipients
1 S: 250 2.0.0 <any>
1 S: 250 2.0.0 <any>
