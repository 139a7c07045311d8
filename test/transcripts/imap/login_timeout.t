# name: test/transcripts/imap/login_timeout.t
# rfc: 9051 5.4
set imap.login_timeout=1s
1 S: * OK <any>
1 S: * BYE <any>
1 S closed
