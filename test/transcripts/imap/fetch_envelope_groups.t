# name: test/transcripts/imap/fetch_envelope_groups.t
# rfc: 9051 7.5.2
account alice@a.example password=secret
deliver alice@a.example INBOX "From: \"Q. Doe\" <q@b.example>\r\nTo: Friends: a@x.example, B <b@y.example>; , c@z.example\r\nCc: Undisclosed:;\r\nSubject: g\r\n\r\nx\r\n"
1 S: * OK <any>
1 C: a LOGIN alice@a.example secret
1 S: a OK <any>
1 C: b SELECT INBOX
1 S*: b OK <any>
1 C: c FETCH 1 ENVELOPE
1 S: * 1 FETCH (ENVELOPE (NIL "g" (("Q. Doe" NIL "q" "b.example")) (("Q. Doe" NIL "q" "b.example")) (("Q. Doe" NIL "q" "b.example")) ((NIL NIL "Friends" NIL)(NIL NIL "a" "x.example")("B" NIL "b" "y.example")(NIL NIL NIL NIL)(NIL NIL "c" "z.example")) ((NIL NIL "Undisclosed" NIL)(NIL NIL NIL NIL)) NIL NIL NIL))
1 S: c OK <any>
