# name: test/transcripts/imap/multiappend.t
# rfc: 3502
account alice@a.example password=secret
1 S: * OK <any>
1 C: a LOGIN alice@a.example secret
1 S: a OK <any>
1 C-: b APPEND INBOX (\\Seen) {20+}\r\nSubject: 1\r\n\r\nbody\r\n (\\Flagged) {20+}\r\nSubject: 2\r\n\r\nbody\r\n\r\n
1 S: b OK [APPENDUID <num> 1:2] <any>
1 C: c EXAMINE INBOX
1 S*: c OK <any>
1 C: d UID FETCH 1:* FLAGS
1 S: * 1 FETCH (UID 1 FLAGS (\Seen \Recent))
1 S: * 2 FETCH (UID 2 FLAGS (\Flagged \Recent))
1 S: d OK <any>
