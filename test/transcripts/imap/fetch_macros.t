# name: test/transcripts/imap/fetch_macros.t
# rfc: 9051 6.4.5
account alice@a.example password=secret
deliver alice@a.example INBOX "From: Bob <bob@b.example>\r\nTo: alice@a.example\r\nSubject: hi\r\nDate: Mon, 2 Mar 2026 08:00:00 +0000\r\nMessage-ID: <1@b.example>\r\n\r\nbody\r\n" date=1790000000
1 S: * OK <any>
1 C: a LOGIN alice@a.example secret
1 S: a OK <any>
1 C: b EXAMINE INBOX
1 S*: b OK <any>
1 C: c FETCH 1 FAST
1 S: * 1 FETCH (FLAGS (\Recent) INTERNALDATE "21-Sep-2026 14:13:20 +0000" RFC822.SIZE <num>)
1 S: c OK <any>
1 C: d FETCH 1 ALL
1 S: * 1 FETCH (FLAGS (\Recent) INTERNALDATE "21-Sep-2026 14:13:20 +0000" RFC822.SIZE <num> ENVELOPE ("Mon, 2 Mar 2026 08:00:00 +0000" "hi" (("Bob" NIL "bob" "b.example")) (("Bob" NIL "bob" "b.example")) (("Bob" NIL "bob" "b.example")) ((NIL NIL "alice" "a.example")) NIL NIL NIL "<1@b.example>"))
1 S: d OK <any>
1 C: e FETCH 1 FULL
1 S: * 1 FETCH (<any>BODY ("text" "plain" <any> "7bit" 6 1))
1 S: e OK <any>
1 C: f FETCH 1 (FAST)
1 S: f BAD <any>
