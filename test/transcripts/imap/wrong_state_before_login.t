# name: test/transcripts/imap/wrong_state_before_login.t
# rfc: 9051 6
1 S: * OK <any>
1 C: a0 SELECT INBOX
1 S: a0 BAD <any>
1 C: a1 EXAMINE INBOX
1 S: a1 BAD <any>
1 C: a2 CREATE x
1 S: a2 BAD <any>
1 C: a3 DELETE x
1 S: a3 BAD <any>
1 C: a4 RENAME x y
1 S: a4 BAD <any>
1 C: a5 SUBSCRIBE x
1 S: a5 BAD <any>
1 C: a6 UNSUBSCRIBE x
1 S: a6 BAD <any>
1 C: a7 LIST "" *
1 S: a7 BAD <any>
1 C: a8 LSUB "" *
1 S: a8 BAD <any>
1 C: a9 STATUS INBOX (MESSAGES)
1 S: a9 BAD <any>
1 C: a10 NAMESPACE
1 S: a10 BAD <any>
1 C: a11 ENABLE CONDSTORE
1 S: a11 BAD <any>
1 C: a12 IDLE
1 S: a12 BAD <any>
1 C: a13 CHECK
1 S: a13 BAD <any>
1 C: a14 CLOSE
1 S: a14 BAD <any>
1 C: a15 UNSELECT
1 S: a15 BAD <any>
1 C: a16 EXPUNGE
1 S: a16 BAD <any>
1 C: a17 SEARCH ALL
1 S: a17 BAD <any>
1 C: a18 FETCH 1 FLAGS
1 S: a18 BAD <any>
1 C: a19 STORE 1 FLAGS ()
1 S: a19 BAD <any>
1 C: a20 COPY 1 x
1 S: a20 BAD <any>
1 C: a21 MOVE 1 x
1 S: a21 BAD <any>
1 C: a22 UID FETCH 1 FLAGS
1 S: a22 BAD <any>
