# name: test/transcripts/smtp/ehlo_bad_name.t
# rfc: 5321 4.1.1.1
1 S: 220 <any>
1 C: EHLO
1 S: 501 5.5.4 <any>
1 C: EHLO two words
1 S: 501 5.5.4 <any>
1 C: EHLO (comment)
1 S: 501 5.5.4 <any>
1 C: EHLO [not.an.address]
1 S: 501 5.5.4 <any>
1 C: MAIL FROM:<>
1 S: 503 5.5.1 <any>
