# name: test/transcripts/smtp/starttls.t
# rfc: 3207 4
account alice@a.example
1 S: 220 <any>
1 C: EHLO client.example
1 S*: 250-STARTTLS
1 S*: 250 HELP
1 C: STARTTLS
1 S: 220 2.0.0 <any>
1 starttls
1 C: EHLO client.example
1 S: 250-mx.posthouse.test greets client.example
1 S: 250-PIPELINING
1 S*: 250-LIMITS <any>
1 S: 250 HELP
1 C: MAIL FROM:<sender@b.example>
1 S: 250 2.1.0 <any>
1 C: RCPT TO:<alice@a.example>
1 S: 250 2.1.5 <any>
1 C: DATA
1 S: 354 <any>
1 C: Subject: hi
1 C:
1 C: text
1 C: .
1 S: 250 2.0.0 stored as <word>
message alice@a.example INBOX 1 contains " with ESMTPS id "
message alice@a.example INBOX 1 contains "\r\n\ttls TLS_"
