# name: test/transcripts/imap/esearch.t
# rfc: 4731
account alice@a.example password=secret
deliver alice@a.example INBOX "From: bob@b.example\r\nTo: alice@a.example\r\nSubject: 1\r\n\r\nbody\r\n" flags="\\Seen"
deliver alice@a.example INBOX "From: bob@b.example\r\nTo: alice@a.example\r\nSubject: 2\r\n\r\nbody\r\n"
deliver alice@a.example INBOX "From: bob@b.example\r\nTo: alice@a.example\r\nSubject: 3\r\n\r\nbody\r\n"
1 S: * OK <any>
1 C: a LOGIN alice@a.example secret
1 S: a OK <any>
1 C: b SELECT INBOX
1 S*: b OK <any>
1 C: c0 SEARCH RETURN () ALL
1 S: * ESEARCH (TAG "c0") ALL 1:3
1 S: c0 OK <any>
1 C: c1 SEARCH RETURN (MIN MAX COUNT) UNSEEN
1 S: * ESEARCH (TAG "c1") MIN 2 MAX 3 COUNT 2
1 S: c1 OK <any>
1 C: c2 UID SEARCH RETURN (ALL) UNSEEN
1 S: * ESEARCH (TAG "c2") UID ALL 2:3
1 S: c2 OK <any>
1 C: c3 SEARCH RETURN (COUNT) DRAFT
1 S: * ESEARCH (TAG "c3") COUNT 0
1 S: c3 OK <any>
1 C: c4 SEARCH RETURN (MIN) DRAFT
1 S: * ESEARCH (TAG "c4")
1 S: c4 OK <any>
1 C: d SEARCH RETURN (BOGUS) ALL
1 S: d BAD <any>
