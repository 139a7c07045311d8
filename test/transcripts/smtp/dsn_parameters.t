# name: test/transcripts/smtp/dsn_parameters.t
# rfc: 3461 4
account alice@a.example
1 S: 220 <any>
1 C: EHLO client.example
1 S*: 250 HELP
1 C: MAIL FROM:<sender@b.example> RET=HDRS ENVID=QQ314159
1 S: 250 2.1.0 <any>
1 C: RCPT TO:<alice@a.example> NOTIFY=SUCCESS,FAILURE,DELAY ORCPT=rfc822;Alice@a.example
1 S: 250 2.1.5 <any>
1 C: DATA
1 S: 354 <any>
1 C: Subject: hi
1 C:
1 C: text
1 C: .
1 S: 250 2.0.0 stored as <word>
