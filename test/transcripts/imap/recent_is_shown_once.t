# name: test/transcripts/imap/recent_is_shown_once.t
# rfc: 3501 2.3.2
account alice@a.example password=secret
deliver alice@a.example INBOX "From: bob@b.example\r\nTo: alice@a.example\r\nSubject: hi\r\n\r\nbody\r\n"
1 S: * OK <any>
1 C: a LOGIN alice@a.example secret
1 S: a OK <any>
1 C: b SELECT INBOX
1 S*: b OK <any>
1 C: c FETCH 1 FLAGS
1 S: * 1 FETCH (FLAGS (\Recent))
1 S: c OK <any>
2 S: * OK <any>
2 C: a LOGIN alice@a.example secret
2 S: a OK <any>
2 C: b SELECT INBOX
2 S*: * 0 RECENT
2 S*: b OK <any>
2 C: c SEARCH RECENT
2 S: * SEARCH
2 S: c OK <any>
1 C: d SEARCH NEW
1 S: * SEARCH 1
1 S: d OK <any>
1 C: e SEARCH OLD
1 S: * SEARCH
1 S: e OK <any>
