# name: test/transcripts/imap/fetch_sets_seen.t
# rfc: 9051 6.4.5
account alice@a.example password=secret
deliver alice@a.example INBOX "From: bob@b.example\r\nTo: alice@a.example\r\nSubject: hi\r\n\r\nbody\r\n"
1 S: * OK <any>
1 C: a LOGIN alice@a.example secret
1 S: a OK <any>
1 C: b SELECT INBOX
1 S*: b OK <any>
1 C: c FETCH 1 BODY.PEEK[TEXT]
1 S: * 1 FETCH (BODY[TEXT] {6}
1 S: body
1 S: )
1 S: c OK <any>
1 C: d FETCH 1 BODY[TEXT]
1 S: * 1 FETCH (BODY[TEXT] {6}
1 S: body
1 S: )
1 S: * 1 FETCH (FLAGS (\Seen \Recent))
1 S: d OK <any>
1 C: e STATUS INBOX (UNSEEN)
1 S: * STATUS "INBOX" (UNSEEN 0)
1 S: e OK <any>
