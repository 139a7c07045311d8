# name: test/transcripts/imap/authenticate_plain_wrong.t
# rfc: 4616
account alice@a.example password=secret
1 S: * OK <any>
1 C: a AUTHENTICATE PLAIN AGFsaWNlQGEuZXhhbXBsZQB3cm9uZw==
1 S: a NO [AUTHENTICATIONFAILED] <any>
1 C: b AUTHENTICATE PLAIN !!!
1 S: b BAD <any>
1 C: c AUTHENTICATE PLAIN =
1 S: c NO <any>
