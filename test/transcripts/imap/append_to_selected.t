# name: test/transcripts/imap/append_to_selected.t
# rfc: 9051 6.3.12
account alice@a.example password=secret
1 S: * OK <any>
1 C: a LOGIN alice@a.example secret
1 S: a OK <any>
1 C: b SELECT INBOX
1 S*: b OK <any>
1 C: c APPEND INBOX {20+}
1 C-: Subject: x\r\n\r\nbody\r\n
1 C: 
1 S: * 1 EXISTS
1 S: * 1 RECENT
1 S: c OK [APPENDUID <num> 1] <any>
