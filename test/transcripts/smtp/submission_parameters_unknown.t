# name: test/transcripts/smtp/submission_parameters_unknown.t
# rfc: 5321 4.1.1.11
account alice@a.example
1 S: 220 <any>
1 C: EHLO client.example
1 S*: 250 HELP
1 C: AUTH PLAIN
1 S: 502 5.5.1 <any>
1 C: MAIL FROM:<a@b.example> HOLDFOR=60
1 S: 555 5.5.4 <any>
1 C: MAIL FROM:<a@b.example> BY=120;R
1 S: 555 5.5.4 <any>
