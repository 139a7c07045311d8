# name: test/transcripts/imap/search_flags_and_sets.t
# rfc: 9051 6.4.4
account alice@a.example password=secret
deliver alice@a.example INBOX "From: bob@b.example\r\nTo: alice@a.example\r\nSubject: 1\r\n\r\nbody\r\n" flags="\\Seen"
deliver alice@a.example INBOX "From: bob@b.example\r\nTo: alice@a.example\r\nSubject: 2\r\n\r\nbody\r\n" flags="\\Flagged $Work"
deliver alice@a.example INBOX "From: bob@b.example\r\nTo: alice@a.example\r\nSubject: 3\r\n\r\nbody\r\n"
1 S: * OK <any>
1 C: a LOGIN alice@a.example secret
1 S: a OK <any>
1 C: b SELECT INBOX
1 S*: b OK <any>
1 C: c0 SEARCH ALL
1 S: * SEARCH 1 2 3
1 S: c0 OK <any>
1 C: c1 SEARCH SEEN
1 S: * SEARCH 1
1 S: c1 OK <any>
1 C: c2 SEARCH UNSEEN
1 S: * SEARCH 2 3
1 S: c2 OK <any>
1 C: c3 SEARCH KEYWORD $work
1 S: * SEARCH 2
1 S: c3 OK <any>
1 C: c4 SEARCH UNKEYWORD $work
1 S: * SEARCH 1 3
1 S: c4 OK <any>
1 C: c5 SEARCH KEYWORD none
1 S: * SEARCH
1 S: c5 OK <any>
1 C: c6 SEARCH NOT FLAGGED
1 S: * SEARCH 1 3
1 S: c6 OK <any>
1 C: c7 SEARCH OR SEEN FLAGGED
1 S: * SEARCH 1 2
1 S: c7 OK <any>
1 C: c8 SEARCH 2:3 UNFLAGGED
1 S: * SEARCH 3
1 S: c8 OK <any>
1 C: c9 UID SEARCH UID 1,3
1 S: * SEARCH 1 3
1 S: c9 OK <any>
1 C: c10 SEARCH (SEEN FLAGGED)
1 S: * SEARCH
1 S: c10 OK <any>
1 C: c11 SEARCH UNDELETED UNDRAFT UNANSWERED *
1 S: * SEARCH 3
1 S: c11 OK <any>
1 C: d SEARCH 4
1 S: d BAD <any>
