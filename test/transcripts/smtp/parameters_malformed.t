# name: test/transcripts/smtp/parameters_malformed.t
# rfc: 5321 4.1.2
1 S: 220 <any>
1 C: EHLO client.example
1 S*: 250 HELP
1 C: MAIL FROM:<sender@b.example> SIZE=big
1 S: 501 5.5.4 bad value of SIZE
1 C: MAIL FROM:<sender@b.example> SIZE=
1 S: 501 5.5.4 <any>
1 C: MAIL FROM:<sender@b.example> BODY=9BIT
1 S: 501 5.5.4 bad value of BODY
1 C: MAIL FROM:<sender@b.example> SIZE=1 SIZE=2
1 S: 501 5.5.4 parameter given twice
1 C: MAIL FROM:<sender@b.example> RET=SOME
1 S: 501 5.5.4 bad value of RET
1 C: MAIL FROM:<sender@b.example> ENVID=a+b
1 S: 501 5.5.4 bad value of ENVID
