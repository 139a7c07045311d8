# name: test/transcripts/imap/append_pipelined.t
# rfc: 7888, 9051 5.5
account alice@a.example password=secret
1 S: * OK <any>
1 C: a LOGIN alice@a.example secret
1 S: a OK <any>
1 C-: p0 APPEND INBOX {20+}\r\nSubject: x\r\n\r\nbody\r\n\r\n
1 C-: p1 APPEND INBOX {20+}\r\nSubject: x\r\n\r\nbody\r\n\r\n
1 C-: p2 APPEND INBOX {20+}\r\nSubject: x\r\n\r\nbody\r\n\r\n
1 C-: p3 APPEND INBOX {20+}\r\nSubject: x\r\n\r\nbody\r\n\r\n
1 C-: p4 APPEND INBOX {20+}\r\nSubject: x\r\n\r\nbody\r\n\r\n
1 C: q STATUS INBOX (MESSAGES)
1 S: p0 OK [APPENDUID <num> 1] <any>
1 S: p1 OK [APPENDUID <num> 2] <any>
1 S: p2 OK [APPENDUID <num> 3] <any>
1 S: p3 OK [APPENDUID <num> 4] <any>
1 S: p4 OK [APPENDUID <num> 5] <any>
1 S: * STATUS "INBOX" (MESSAGES 5)
1 S: q OK <any>
