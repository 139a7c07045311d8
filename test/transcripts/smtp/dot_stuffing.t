# name: test/transcripts/smtp/dot_stuffing.t
# rfc: 5321 4.5.2
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
1 C: Subject: dots
1 C:
1 C: ..
1 C: ..one
1 C: ...two
1 C: .bare
1 C: in.side
1 C: .
1 S: 250 2.0.0 stored as <word>
message alice@a.example INBOX 1 contains "\r\n\r\n.\r\n.one\r\n..two\r\nbare\r\nin.side\r\n"
