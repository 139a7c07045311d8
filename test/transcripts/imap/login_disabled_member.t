# name: test/transcripts/imap/login_disabled_member.t
# rfc: 5530 3
account off@a.example password=secret disabled
1 S: * OK <any>
1 C: a LOGIN off@a.example secret
1 S: a NO [AUTHENTICATIONFAILED] <any>
