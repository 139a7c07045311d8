# name: test/transcripts/imap/condstore_search_modseq.t
# rfc: 7162 3.1.5
account alice@a.example password=secret
deliver alice@a.example INBOX "From: bob@b.example\r\nTo: alice@a.example\r\nSubject: 1\r\n\r\nbody\r\n"
deliver alice@a.example INBOX "From: bob@b.example\r\nTo: alice@a.example\r\nSubject: 2\r\n\r\nbody\r\n"
1 S: * OK <any>
1 C: a LOGIN alice@a.example secret
1 S: a OK <any>
1 C: b SELECT INBOX
1 S*: b OK <any>
1 C: c SEARCH MODSEQ 1
1 S: * OK [HIGHESTMODSEQ <num>] <any>
1 S: * SEARCH 1 2 (MODSEQ <num>)
1 S: c OK <any>
1 C: d SEARCH MODSEQ 999999
1 S: * SEARCH
1 S: d OK <any>
1 C: e SEARCH RETURN (ALL) MODSEQ "/flags/\\draft" all 1
1 S: * ESEARCH (TAG "e") ALL 1:2 MODSEQ <num>
1 S: e OK <any>
