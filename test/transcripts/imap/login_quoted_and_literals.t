# name: test/transcripts/imap/login_quoted_and_literals.t
# rfc: 9051 4.3
account alice@a.example password=secret
1 S: * OK <any>
1 C: a LOGIN {15}
1 S: + <any>
1 C: alice@a.example {6}
1 S: + <any>
1 C: secret
1 S: a OK <any>
2 S: * OK <any>
2 C: b LOGIN "alice@a.example" {6+}
2 C: secret
2 S: b OK <any>
