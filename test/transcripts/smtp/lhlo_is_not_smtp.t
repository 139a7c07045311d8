# name: test/transcripts/smtp/lhlo_is_not_smtp.t
# rfc: 2033 4.1
1 S: 220 <any>
1 C: LHLO client.example
1 S: 500 5.5.1 <any>
