# name: test/transcripts/smtp/quit_with_argument.t
# rfc: 5321 4.1.1.10
1 S: 220 <any>
1 C: QUIT now
1 S: 501 5.5.4 <any>
1 C: QUIT
1 S: 221 2.0.0 <any>
1 S closed
