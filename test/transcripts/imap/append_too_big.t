# name: test/transcripts/imap/append_too_big.t
# rfc: 7889
set imap.append_size=2KB
account alice@a.example password=secret
1 S: * OK <any>
1 C: a LOGIN alice@a.example secret
1 S: a OK <any>
1 C: b APPEND INBOX {3000}
1 S: b NO [TOOBIG] <any>
1 C: c APPEND INBOX {3000+}
1 C*: 3000 x
1 C: 
1 S: c NO [TOOBIG] <any>
1 C: d NOOP
1 S: d OK <any>
1 C: e APPEND INBOX {999999999999+}
1 S: * BYE <any>
1 S closed
mailbox alice@a.example INBOX count 0
