# name: test/transcripts/imap/fetch_bad_syntax.t
# rfc: 9051 9
account alice@a.example password=secret
deliver alice@a.example INBOX "From: bob@b.example\r\nTo: alice@a.example\r\nSubject: hi\r\n\r\nbody\r\n"
1 S: * OK <any>
1 C: a LOGIN alice@a.example secret
1 S: a OK <any>
1 C: b SELECT INBOX
1 S*: b OK <any>
1 C: c0 FETCH 1 
1 S: c0 BAD <any>
1 C: c1 FETCH 1 ()
1 S: c1 BAD <any>
1 C: c2 FETCH 1 BODY[
1 S: c2 BAD <any>
1 C: c3 FETCH 1 BODY[1.]
1 S: c3 BAD <any>
1 C: c4 FETCH 1 BODY[MIME]
1 S: c4 BAD <any>
1 C: c5 FETCH 1 BODY[0]
1 S: c5 BAD <any>
1 C: c6 FETCH 1 BODY[]<1>
1 S: c6 BAD <any>
1 C: c7 FETCH 1 BODY[HEADER.FIELDS ()]
1 S: c7 BAD <any>
1 C: c8 FETCH 1 NOSUCH
1 S: c8 BAD <any>
1 C: c9 FETCH 1 (FLAGS
1 S: c9 BAD <any>
1 C: c10 FETCH 1 BODY.PEEK
1 S: c10 BAD <any>
1 C: c11 FETCH 1 BINARY[HEADER]
1 S: c11 BAD <any>
