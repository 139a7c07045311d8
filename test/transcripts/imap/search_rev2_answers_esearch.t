# name: test/transcripts/imap/search_rev2_answers_esearch.t
# rfc: 9051 6.4.4
account alice@a.example password=secret
deliver alice@a.example INBOX "From: bob@b.example\r\nTo: alice@a.example\r\nSubject: hi\r\n\r\nbody\r\n"
1 S: * OK <any>
1 C: a LOGIN alice@a.example secret
1 S: a OK <any>
1 C: b ENABLE IMAP4rev2
1 S*: b OK <any>
1 C: c SELECT INBOX
1 S*: c OK <any>
1 C: d SEARCH ALL
1 S: * ESEARCH (TAG "d") ALL 1
1 S: d OK <any>
1 C: e SEARCH DRAFT
1 S: * ESEARCH (TAG "e")
1 S: e OK <any>
