# name: test/transcripts/imap/too_many_sessions_of_a_member.t
# rfc: 5530 3
set imap.connections_per_user=1
account alice@a.example password=secret
1 S: * OK <any>
1 C: a LOGIN alice@a.example secret
1 S: a OK <any>
2 S: * OK <any>
2 C: a LOGIN alice@a.example secret
2 S: a NO [LIMIT] <any>
1 C: b LOGOUT
1 S*: b OK <any>
1 S closed
2 C: c LOGIN alice@a.example secret
2 S: c OK <any>
