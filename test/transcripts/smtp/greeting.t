# name: test/transcripts/smtp/greeting.t
# rfc: 5321 3.1
1 S: 220 mx.posthouse.test ESMTP <any>
1 C: QUIT
1 S: 221 2.0.0 <any>
1 S closed
