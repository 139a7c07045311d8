# name: test/transcripts/imap/list_status.t
# rfc: 5819
account alice@a.example password=secret
deliver alice@a.example INBOX "From: bob@b.example\r\nTo: alice@a.example\r\nSubject: hi\r\n\r\nbody\r\n"
1 S: * OK <any>
1 C: a LOGIN alice@a.example secret
1 S: a OK <any>
1 C: b LIST "" INBOX RETURN (STATUS (MESSAGES UNSEEN UIDNEXT))
1 S: * LIST (\HasNoChildren) "/" "INBOX"
1 S: * STATUS "INBOX" (MESSAGES 1 UIDNEXT 2 UNSEEN 1)
1 S: b OK <any>
