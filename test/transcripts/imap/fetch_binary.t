# name: test/transcripts/imap/fetch_binary.t
# rfc: 3516 4.2
account alice@a.example password=secret
deliver alice@a.example INBOX "Subject: x\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\naGVsbG8=\r\n"
deliver alice@a.example INBOX "Subject: x\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\na=3Db\r\n"
deliver alice@a.example INBOX "Subject: x\r\nContent-Transfer-Encoding: x-unknown\r\n\r\nabc\r\n"
1 S: * OK <any>
1 C: a LOGIN alice@a.example secret
1 S: a OK <any>
1 C: b EXAMINE INBOX
1 S*: b OK <any>
1 C: c FETCH 1 (BINARY.SIZE[1] BINARY.PEEK[1])
1 S: * 1 FETCH (BINARY.SIZE[1] 5 BINARY[1] {5}
1 S: hello)
1 S: c OK <any>
1 C: d FETCH 2 BINARY[1]<0.3>
1 S: * 2 FETCH (BINARY[1]<0> {3}
1 S: a=b)
1 S: d OK <any>
1 C: e FETCH 3 BINARY[1]
1 S: * 3 FETCH (BINARY[1] NIL)
1 S: e NO [UNKNOWN-CTE] <any>
1 C: f FETCH 1 BINARY[1.MIME]
1 S: f BAD <any>
