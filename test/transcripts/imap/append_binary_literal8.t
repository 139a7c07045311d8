# name: test/transcripts/imap/append_binary_literal8.t
# rfc: 3516 4.4
account alice@a.example password=secret
1 S: * OK <any>
1 C: a LOGIN alice@a.example secret
1 S: a OK <any>
1 C: b APPEND INBOX ~{20+}
1 C-: Subject: x\r\n\r\n\0ody\r\n
1 C: 
1 S: b OK [APPENDUID <num> 1] <any>
1 C: c APPEND INBOX {20+}
1 C-: Subject: x\r\n\r\n\0ody\r\n
1 C: 
1 S: c BAD <any>
