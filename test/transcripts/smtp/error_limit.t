# name: test/transcripts/smtp/error_limit.t
set smtp.errors=3
1 S: 220 <any>
1 C: EHLO client.example
1 S*: 250 HELP
1 C: ONE
1 S: 500 5.5.1 <any>
1 C: TWO
1 S: 500 5.5.1 <any>
1 C: THREE
1 S: 500 5.5.1 <any>
1 S: 421 4.7.0 too many errors
1 S closed
