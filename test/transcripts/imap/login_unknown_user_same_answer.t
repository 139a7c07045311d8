# name: test/transcripts/imap/login_unknown_user_same_answer.t
# rfc: 5530 3
account alice@a.example password=secret
1 S: * OK <any>
1 C: a LOGIN nobody@a.example secret
1 S: a NO [AUTHENTICATIONFAILED] Authentication failed
1 C: b LOGIN alice@a.example wrong
1 S: b NO [AUTHENTICATIONFAILED] Authentication failed
