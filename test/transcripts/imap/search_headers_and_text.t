# name: test/transcripts/imap/search_headers_and_text.t
# rfc: 9051 6.4.4
account alice@a.example password=secret
deliver alice@a.example INBOX "From: Bob Builder <bob@b.example>\r\nTo: alice@a.example\r\nSubject: Quarterly report\r\n\r\nneedle here\r\n"
deliver alice@a.example INBOX "From: carol@c.example\r\nTo: team@a.example\r\nSubject: lunch\r\n\r\nnothing\r\n"
deliver alice@a.example INBOX "From: d@d.example\r\nSubject: =?utf-8?Q?caf=C3=A9?=\r\nX-Tag: blue\r\nContent-Transfer-Encoding: base64\r\n\r\nTmVlZGxlIDI=\r\n"
1 S: * OK <any>
1 C: a LOGIN alice@a.example secret
1 S: a OK <any>
1 C: b SELECT INBOX
1 S*: b OK <any>
1 C: c0 SEARCH FROM builder
1 S: * SEARCH 1
1 S: c0 OK <any>
1 C: c1 SEARCH FROM BOB@B
1 S: * SEARCH 1
1 S: c1 OK <any>
1 C: c2 SEARCH TO team
1 S: * SEARCH 2
1 S: c2 OK <any>
1 C: c3 SEARCH SUBJECT REPORT
1 S: * SEARCH 1
1 S: c3 OK <any>
1 C: c4 SEARCH SUBJECT café
1 S: * SEARCH 3
1 S: c4 OK <any>
1 C: c5 SEARCH HEADER X-Tag blue
1 S: * SEARCH 3
1 S: c5 OK <any>
1 C: c6 SEARCH HEADER X-Tag ""
1 S: * SEARCH 3
1 S: c6 OK <any>
1 C: c7 SEARCH HEADER Subject lunch
1 S: * SEARCH 2
1 S: c7 OK <any>
1 C: c8 SEARCH BODY needle
1 S: * SEARCH 1 3
1 S: c8 OK <any>
1 C: c9 SEARCH TEXT carol
1 S: * SEARCH 2
1 S: c9 OK <any>
1 C: c10 SEARCH BODY carol
1 S: * SEARCH
1 S: c10 OK <any>
1 C: c11 SEARCH NOT BODY needle
1 S: * SEARCH 2
1 S: c11 OK <any>
1 C: c12 SEARCH OR BODY needle FROM carol
1 S: * SEARCH 1 2 3
1 S: c12 OK <any>
1 C: c13 SEARCH BODY needle FROM bob
1 S: * SEARCH 1
1 S: c13 OK <any>
1 C: c14 SEARCH CC x
1 S: * SEARCH
1 S: c14 OK <any>
