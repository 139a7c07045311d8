# name: test/transcripts/imap/search_saved_result.t
# rfc: 5182
account alice@a.example password=secret
deliver alice@a.example INBOX "From: bob@b.example\r\nTo: alice@a.example\r\nSubject: 1\r\n\r\nbody\r\n" flags="\\Seen"
deliver alice@a.example INBOX "From: bob@b.example\r\nTo: alice@a.example\r\nSubject: 2\r\n\r\nbody\r\n"
deliver alice@a.example INBOX "From: bob@b.example\r\nTo: alice@a.example\r\nSubject: 3\r\n\r\nbody\r\n"
1 S: * OK <any>
1 C: a LOGIN alice@a.example secret
1 S: a OK <any>
1 C: b SELECT INBOX
1 S*: b OK <any>
1 C: c SEARCH RETURN (SAVE) UNSEEN
1 S: c OK <any>
1 C: d FETCH $ UID
1 S: * 2 FETCH (UID 2)
1 S: * 3 FETCH (UID 3)
1 S: d OK <any>
1 C: e UID SEARCH $ 3
1 S: * SEARCH 3
1 S: e OK <any>
1 C: f COPY $ Archive
1 S: f OK [COPYUID <num> 2:3 1:2] <any>
1 C: g SEARCH RETURN (SAVE MIN) UNSEEN
1 S: * ESEARCH (TAG "g") MIN 2
1 S: g OK <any>
1 C: h FETCH $ UID
1 S: * 2 FETCH (UID 2)
1 S: h OK <any>
1 C: i SEARCH RETURN (SAVE) CHARSET X-NO TEXT x
1 S: i NO [BADCHARSET <any>
1 C: j FETCH $ UID
1 S: j OK <any>
