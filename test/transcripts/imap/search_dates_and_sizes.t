# name: test/transcripts/imap/search_dates_and_sizes.t
# rfc: 9051 6.4.4
account alice@a.example password=secret
deliver alice@a.example INBOX "From: bob@b.example\r\nTo: alice@a.example\r\nSubject: 1\r\n\r\nbody\r\n" date=1772409600
deliver alice@a.example INBOX "From: bob@b.example\r\nTo: alice@a.example\r\nSubject: 2\r\n\r\nxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n" date=1772496000
deliver alice@a.example INBOX "Date: Tue, 3 Mar 2026 23:30:00 -0800\r\nSubject: 3\r\n\r\nx\r\n" date=1772668800
1 S: * OK <any>
1 C: a LOGIN alice@a.example secret
1 S: a OK <any>
1 C: b SELECT INBOX
1 S*: b OK <any>
1 C: c0 SEARCH BEFORE 3-Mar-2026
1 S: * SEARCH 1
1 S: c0 OK <any>
1 C: c1 SEARCH ON 3-Mar-2026
1 S: * SEARCH 2
1 S: c1 OK <any>
1 C: c2 SEARCH SINCE 3-Mar-2026
1 S: * SEARCH 2 3
1 S: c2 OK <any>
1 C: c3 SEARCH SENTON 3-Mar-2026
1 S: * SEARCH 2 3
1 S: c3 OK <any>
1 C: c4 SEARCH SENTBEFORE 3-Mar-2026
1 S: * SEARCH 1
1 S: c4 OK <any>
1 C: c5 SEARCH SENTSINCE "3-Mar-2026"
1 S: * SEARCH 2 3
1 S: c5 OK <any>
1 C: c6 SEARCH LARGER 200
1 S: * SEARCH 2
1 S: c6 OK <any>
1 C: c7 SEARCH SMALLER 200
1 S: * SEARCH 1 3
1 S: c7 OK <any>
1 C: d SEARCH ON 31-Feb-2026
1 S: d BAD <any>
