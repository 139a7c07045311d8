# name: test/transcripts/imap/append_nonsync_literal.t
# rfc: 7888
account alice@a.example password=secret
1 S: * OK <any>
1 C: a LOGIN alice@a.example secret
1 S: a OK <any>
1 C: b APPEND INBOX {20+}
1 C-: Subject: x\r\n\r\nbody\r\n
1 C: 
1 S: b OK [APPENDUID <num> 1] <any>
mailbox alice@a.example INBOX count 1
