# name: test/transcripts/smtp/utf8_is_malformed.t
# rfc: 6531 3.3
account alice@a.example
1 S: 220 <any>
1 C: EHLO client.example
1 S*: 250 HELP
1 C-: MAIL FROM:<\xff\xfe@b.example> SMTPUTF8\r\n
1 S: 501 5.1.7 <any>
1 C-: MAIL FROM:<a@b.example> SMTPUTF8=yes\r\n
1 S: 501 5.5.4 <any>
