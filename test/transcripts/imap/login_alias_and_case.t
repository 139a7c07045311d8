# name: test/transcripts/imap/login_alias_and_case.t
# rfc: 9051 6.2.3
account alice@a.example password=secret alias=al@a.example
1 S: * OK <any>
1 C: a LOGIN AL@A.example secret
1 S: a OK <any>
