# name: test/transcripts/smtp/no_header_is_added.t
# rfc: 5321 6.4
account alice@a.example
1 S: 220 <any>
1 C: EHLO client.example
1 S*: 250 HELP
1 C: MAIL FROM:<sender@b.example>
1 S: 250 2.1.0 <any>
1 C: RCPT TO:<alice@a.example>
1 S: 250 2.1.5 <any>
1 C: DATA
1 S: 354 <any>
1 C: Subject: neither date nor id
1 C:
1 C: .
1 S: 250 2.0.0 stored as <word>
message alice@a.example INBOX 1 lacks "\nDate:"
message alice@a.example INBOX 1 lacks "\nMessage-ID:"
