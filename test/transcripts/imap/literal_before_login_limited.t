# name: test/transcripts/imap/literal_before_login_limited.t
# rfc: 9051 4.3
1 S: * OK <any>
1 C: a LOGIN {5000}
1 S: a NO [TOOBIG] <any>
1 C: b LOGIN {5000+}
1 S: * BYE <any>
1 S closed
