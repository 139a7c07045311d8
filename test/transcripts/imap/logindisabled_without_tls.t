# name: test/transcripts/imap/logindisabled_without_tls.t
# rfc: 9051 6.2.3
set imap.allow_plaintext_login=false
account alice@a.example password=secret
1 connect imap from=203.0.113.9
1 S: * OK [CAPABILITY <any>STARTTLS LOGINDISABLED<any>] <any>
1 C: a LOGIN alice@a.example secret
1 S: a NO [PRIVACYREQUIRED] <any>
1 C: b AUTHENTICATE PLAIN
1 S: b NO [PRIVACYREQUIRED] <any>
1 C: c STARTTLS
1 S: c OK <any>
1 starttls
1 C: d CAPABILITY
1 S: * CAPABILITY <any>AUTH=PLAIN<any>
1 S: d OK <any>
1 C: e LOGIN alice@a.example secret
1 S: e OK <any>
1 C: f STARTTLS
1 S: f BAD <any>
