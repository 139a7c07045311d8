# name: test/transcripts/imap/wrong_state_not_selected.t
# rfc: 9051 6.4
account alice@a.example password=secret
1 S: * OK <any>
1 C: a LOGIN alice@a.example secret
1 S: a OK <any>
1 C: a0 CHECK
1 S: a0 BAD <any>
1 C: a1 CLOSE
1 S: a1 BAD <any>
1 C: a2 UNSELECT
1 S: a2 BAD <any>
1 C: a3 EXPUNGE
1 S: a3 BAD <any>
1 C: a4 SEARCH ALL
1 S: a4 BAD <any>
1 C: a5 FETCH 1 FLAGS
1 S: a5 BAD <any>
1 C: a6 STORE 1 FLAGS ()
1 S: a6 BAD <any>
1 C: a7 COPY 1 x
1 S: a7 BAD <any>
1 C: a8 MOVE 1 x
1 S: a8 BAD <any>
1 C: a9 UID SEARCH ALL
1 S: a9 BAD <any>
1 C: a10 UID EXPUNGE 1
1 S: a10 BAD <any>
1 C: a11 LOGIN x y
1 S: a11 BAD <any>
1 C: a12 AUTHENTICATE PLAIN
1 S: a12 BAD <any>
1 C: a13 STARTTLS
1 S: a13 BAD <any>
