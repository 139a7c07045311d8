# name: test/transcripts/imap/append_utf8.t
# rfc: 6855 4
account alice@a.example password=secret
1 S: * OK <any>
1 C: a LOGIN alice@a.example secret
1 S: a OK <any>
1 C: b ENABLE UTF8=ACCEPT
1 S*: b OK <any>
1 C-: c APPEND INBOX UTF8 (~{20+}\r\nSubject: \xc3\xa9\r\n\r\nbdy\r\n)\r\n
1 S: c OK [APPENDUID <num> 1] <any>
1 C: d SELECT INBOX
1 S*: d OK <any>
1 C: e FETCH 1 BODY.PEEK[HEADER.FIELDS (Subject)]
1 S: * 1 FETCH (BODY[HEADER.FIELDS (Subject)] {15}
1 S: Subject: é
1 S: 
1 S: )
1 S: e OK <any>
