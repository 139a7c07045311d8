# name: test/transcripts/smtp/early_talker.t
# rfc: 5321 4.3.1
1 C: EHLO client.example
1 S: 554 5.5.1 you spoke before the greeting
1 S closed
