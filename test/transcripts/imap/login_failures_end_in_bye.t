# name: test/transcripts/imap/login_failures_end_in_bye.t
# rfc: 9051 6.2.3, 5530 3
account alice@a.example password=secret
1 S: * OK <any>
1 C: a0 LOGIN alice@a.example wrong
1 S: a0 NO [AUTHENTICATIONFAILED] <any>
1 C: a1 LOGIN alice@a.example wrong
1 S: a1 NO [AUTHENTICATIONFAILED] <any>
1 C: a2 LOGIN alice@a.example wrong
1 S: a2 NO [AUTHENTICATIONFAILED] <any>
1 C: a3 LOGIN alice@a.example wrong
1 S: a3 NO [AUTHENTICATIONFAILED] <any>
1 C: a4 LOGIN alice@a.example wrong
1 S: a4 NO [AUTHENTICATIONFAILED] <any>
1 S: * BYE <any>
1 S closed
