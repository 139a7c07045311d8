# name: test/transcripts/imap/fetch_bodystructure_nested.t
# rfc: 9051 7.5.2
account alice@a.example password=secret
deliver alice@a.example INBOX "From: a@b.example\r\nContent-Type: multipart/mixed; boundary=X\r\n\r\n--X\r\nContent-Type: text/plain\r\n\r\none\r\n--X\r\nContent-Type: message/rfc822\r\n\r\nFrom: c@d.example\r\nSubject: inner\r\nContent-Type: multipart/alternative; boundary=Y\r\n\r\n--Y\r\nContent-Type: text/plain\r\n\r\ntwo\r\n--Y\r\nContent-Type: text/html\r\n\r\n<p>\r\n--Y--\r\n--X--\r\n"
1 S: * OK <any>
1 C: a LOGIN alice@a.example secret
1 S: a OK <any>
1 C: b SELECT INBOX
1 S*: b OK <any>
1 C: c FETCH 1 BODYSTRUCTURE
1 S: * 1 FETCH (BODYSTRUCTURE (("text" "plain" NIL NIL NIL "7bit" 3 0 NIL NIL NIL NIL)("message" "rfc822" NIL NIL NIL "7bit" <num> (NIL "inner" ((NIL NIL "c" "d.example")) ((NIL NIL "c" "d.example")) ((NIL NIL "c" "d.example")) NIL NIL NIL NIL NIL) (("text" "plain" NIL NIL NIL "7bit" 3 0 NIL NIL NIL NIL)("text" "html" NIL NIL NIL "7bit" 3 0 NIL NIL NIL NIL) "alternative" ("boundary" "Y") NIL NIL NIL) <num> NIL NIL NIL NIL) "mixed" ("boundary" "X") NIL NIL NIL))
1 S: c OK <any>
1 C: d FETCH 1 BODY
1 S: * 1 FETCH (BODY (("text" "plain" NIL NIL NIL "7bit" 3 0)("message" "rfc822" NIL NIL NIL "7bit" <num> (<any>) (("text" "plain" NIL NIL NIL "7bit" 3 0)("text" "html" NIL NIL NIL "7bit" 3 0) "alternative") <num>) "mixed"))
1 S: d OK <any>
