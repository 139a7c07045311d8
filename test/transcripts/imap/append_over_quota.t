# name: test/transcripts/imap/append_over_quota.t
# rfc: 5530 3
account alice@a.example password=secret quota=1KB
1 S: * OK <any>
1 C: a LOGIN alice@a.example secret
1 S: a OK <any>
1 C: b APPEND INBOX {2000+}
1 C*: 2000 x
1 C: 
1 S: b NO [OVERQUOTA] <any>
mailbox alice@a.example INBOX count 0
