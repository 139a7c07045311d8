# name: test/transcripts/imap/fetch_nested_sections.t
# rfc: 9051 6.4.5
account alice@a.example password=secret
deliver alice@a.example INBOX "From: a@b.example\r\nContent-Type: multipart/mixed; boundary=X\r\n\r\n--X\r\nContent-Type: text/plain\r\n\r\none\r\n--X\r\nContent-Type: message/rfc822\r\n\r\nFrom: c@d.example\r\nSubject: inner\r\nContent-Type: multipart/alternative; boundary=Y\r\n\r\n--Y\r\nContent-Type: text/plain\r\n\r\ntwo\r\n--Y\r\nContent-Type: text/html\r\n\r\n<p>\r\n--Y--\r\n--X--\r\n"
1 S: * OK <any>
1 C: a LOGIN alice@a.example secret
1 S: a OK <any>
1 C: b EXAMINE INBOX
1 S*: b OK <any>
1 C: c FETCH 1 BODY[1]
1 S: * 1 FETCH (BODY[1] {3}
1 S: one)
1 S: c OK <any>
1 C: d FETCH 1 BODY[1.MIME]
1 S: * 1 FETCH (BODY[1.MIME] {28}
1 S: Content-Type: text/plain
1 S: 
1 S: )
1 S: d OK <any>
1 C: e FETCH 1 BODY[2.HEADER.FIELDS (Subject From)]
1 S: * 1 FETCH (BODY[2.HEADER.FIELDS (Subject From)] {37}
1 S: From: c@d.example
1 S: Subject: inner
1 S: 
1 S: )
1 S: e OK <any>
1 C: f FETCH 1 BODY[2.HEADER.FIELDS.NOT (Content-Type)]
1 S: * 1 FETCH (BODY[2.HEADER.FIELDS.NOT (Content-Type)] {37}
1 S: From: c@d.example
1 S: Subject: inner
1 S: 
1 S: )
1 S: f OK <any>
1 C: g FETCH 1 BODY[2.1]
1 S: * 1 FETCH (BODY[2.1] {3}
1 S: two)
1 S: g OK <any>
1 C: h FETCH 1 BODY[2.2.MIME]
1 S: * 1 FETCH (BODY[2.2.MIME] {27}
1 S: Content-Type: text/html
1 S: 
1 S: )
1 S: h OK <any>
1 C: i FETCH 1 (BODY[3] BODY[1.1] BODY[1.HEADER])
1 S: * 1 FETCH (BODY[3] NIL BODY[1.1] NIL BODY[1.HEADER] NIL)
1 S: i OK <any>
