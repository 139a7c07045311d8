# name: test/transcripts/smtp/small_commands.t
# rfc: 5321 4.1.1
1 S: 220 <any>
1 C: NOOP
1 S: 250 2.0.0 <any>
1 C: NOOP any words at all
1 S: 250 2.0.0 <any>
1 C: RSET
1 S: 250 2.0.0 <any>
1 C: HELP
1 S: 214 2.0.0 <any>
1 C: VRFY alice
1 S: 252 2.5.2 <any>
1 C: VRFY
1 S: 501 5.5.4 <any>
1 C: EXPN list
1 S: 502 5.5.1 <any>
1 C: quit
1 S: 221 2.0.0 <any>
1 S closed
