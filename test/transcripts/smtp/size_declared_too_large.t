# name: test/transcripts/smtp/size_declared_too_large.t
# rfc: 1870 6.1
set smtp.message_size=10KB
1 S: 220 <any>
1 C: EHLO client.example
1 S*: 250 HELP
1 C: MAIL FROM:<sender@b.example> SIZE=10241
1 S: 552 5.3.4 <any>
1 C: MAIL FROM:<sender@b.example> SIZE=99999999999999999999
1 S: 552 5.3.4 <any>
1 C: MAIL FROM:<sender@b.example> SIZE=10240
1 S: 250 2.1.0 <any>
