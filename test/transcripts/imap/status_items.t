# name: test/transcripts/imap/status_items.t
# rfc: 9051 6.3.11, 8438
account alice@a.example password=secret
deliver alice@a.example INBOX "From: bob@b.example\r\nTo: alice@a.example\r\nSubject: hi\r\n\r\nbody\r\n" flags="\\Seen"
deliver alice@a.example INBOX "From: bob@b.example\r\nTo: alice@a.example\r\nSubject: two\r\n\r\nbody\r\n" flags="\\Deleted"
1 S: * OK <any>
1 C: a LOGIN alice@a.example secret
1 S: a OK <any>
1 C: b STATUS INBOX (MESSAGES RECENT UIDNEXT UIDVALIDITY UNSEEN DELETED SIZE HIGHESTMODSEQ APPENDLIMIT)
1 S: * STATUS "INBOX" (MESSAGES 2 RECENT 2 UIDNEXT 3 UIDVALIDITY <num> UNSEEN 1 DELETED 1 SIZE <num> HIGHESTMODSEQ <num> APPENDLIMIT <num>)
1 S: b OK <any>
1 C: c STATUS Nowhere (MESSAGES)
1 S: c NO [NONEXISTENT] <any>
1 C: d STATUS INBOX ()
1 S: d BAD <any>
