# name: test/transcripts/smtp/parameters_unknown.t
# rfc: 5321 4.1.1.11
account alice@a.example
1 S: 220 <any>
1 C: EHLO client.example
1 S*: 250 HELP
1 C: MAIL FROM:<sender@b.example> HOLDFOR=100
1 S: 555 5.5.4 parameter HOLDFOR is not supported
1 C: MAIL FROM:<sender@b.example> NOTIFY=NEVER
1 S: 555 5.5.4 <any>
1 C: MAIL FROM:<sender@b.example>
1 S: 250 2.1.0 <any>
1 C: RCPT TO:<alice@a.example> SIZE=5
1 S: 555 5.5.4 <any>
1 C: RCPT TO:<alice@a.example>
1 S: 250 2.1.5 <any>
