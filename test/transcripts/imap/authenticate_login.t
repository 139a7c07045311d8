# name: test/transcripts/imap/authenticate_login.t
# rfc: 9051 6.2.2
account alice@a.example password=secret
1 S: * OK <any>
1 C: a AUTHENTICATE LOGIN
1 S: + VXNlcm5hbWU6
1 C: YWxpY2VAYS5leGFtcGxl
1 S: + UGFzc3dvcmQ6
1 C: c2VjcmV0
1 S: a OK <any>
