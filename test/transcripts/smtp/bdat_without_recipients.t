# name: test/transcripts/smtp/bdat_without_recipients.t
# rfc: 3030 2
account alice@a.example
1 S: 220 <any>
1 C: EHLO client.example
1 S*: 250 HELP
1 C-: MAIL FROM:<sender@b.example>\r\nRCPT TO:<nobody@a.example>\r\nBDAT 6 LAST\r\nQUIT\r\nNOOP\r\n
1 S: 250 2.1.0 <any>
1 S: 550 5.1.1 <any>
1 S: 503 5.5.1 no valid recipients
1 S: 250 2.0.0 ok
