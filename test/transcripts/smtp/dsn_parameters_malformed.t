# name: test/transcripts/smtp/dsn_parameters_malformed.t
# rfc: 3461 4.1
account alice@a.example
1 S: 220 <any>
1 C: EHLO client.example
1 S*: 250 HELP
1 C: MAIL FROM:<sender@b.example>
1 S: 250 2.1.0 <any>
1 C: RCPT TO:<alice@a.example> NOTIFY=NEVER,DELAY
1 S: 501 5.5.4 bad value of NOTIFY
1 C: RCPT TO:<alice@a.example> NOTIFY=LATER
1 S: 501 5.5.4 bad value of NOTIFY
1 C: RCPT TO:<alice@a.example> ORCPT=alice
1 S: 501 5.5.4 bad value of ORCPT
