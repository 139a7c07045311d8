# name: test/transcripts/lmtp/helo_and_ehlo_are_refused.t
# rfc: 2033 4.1
1 S: 220 <any>
1 C: HELO client.example
1 S: 500 5.5.1 <any>
1 C: EHLO client.example
1 S: 500 5.5.1 <any>
1 C: MAIL FROM:<>
1 S: 503 5.5.1 <any>
