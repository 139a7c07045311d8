# name: test/transcripts/imap/append_sync_literal.t
# rfc: 9051 6.3.12, 4315 3
account alice@a.example password=secret
1 S: * OK <any>
1 C: a LOGIN alice@a.example secret
1 S: a OK <any>
1 C: b APPEND INBOX (\Seen $Work) "17-Jul-2025 02:44:25 -0700" {20}
1 S: + <any>
1 C-: Subject: x\r\n\r\nbody\r\n
1 C: 
1 S: b OK [APPENDUID <num> 1] <any>
1 C: c SELECT INBOX
1 S: * FLAGS (<any>$Work)
1 S*: c OK <any>
1 C: d FETCH 1 (FLAGS INTERNALDATE RFC822.SIZE)
1 S: * 1 FETCH (FLAGS (\Seen $Work \Recent) INTERNALDATE "17-Jul-2025 09:44:25 +0000" RFC822.SIZE 20)
1 S: d OK <any>
