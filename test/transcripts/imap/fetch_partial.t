# name: test/transcripts/imap/fetch_partial.t
# rfc: 9051 6.4.5
account alice@a.example password=secret
deliver alice@a.example INBOX "From: Bob <bob@b.example>\r\nTo: alice@a.example\r\nSubject: hi\r\nDate: Mon, 2 Mar 2026 08:00:00 +0000\r\nMessage-ID: <1@b.example>\r\n\r\nbody\r\n"
1 S: * OK <any>
1 C: a LOGIN alice@a.example secret
1 S: a OK <any>
1 C: b EXAMINE INBOX
1 S*: b OK <any>
1 C: c FETCH 1 BODY[TEXT]<1.3>
1 S: * 1 FETCH (BODY[TEXT]<1> {3}
1 S: ody)
1 S: c OK <any>
1 C: d FETCH 1 BODY[]<99999.10>
1 S: * 1 FETCH (BODY[]<99999> "")
1 S: d OK <any>
1 C: e FETCH 1 BODY[]<0.0>
1 S: e BAD <any>
1 C: f FETCH 1 BODY[HEADER.FIELDS (Subject)]<9.2>
1 S: * 1 FETCH (BODY[HEADER.FIELDS (Subject)]<9> {2}
1 S: hi)
1 S: f OK <any>
