# name: test/transcripts/imap/two_companies_are_apart.t
# rfc: 9051 11
account alice@a.example password=secret enterprise=one
account bob@b.example password=secret enterprise=two
deliver alice@a.example INBOX "From: bob@b.example\r\nTo: alice@a.example\r\nSubject: for alice\r\n\r\nbody\r\n"
1 S: * OK <any>
1 C: a LOGIN alice@a.example secret
1 S: a OK <any>
1 C: b SELECT INBOX
1 S*: * 1 EXISTS
1 S*: b OK <any>
2 S: * OK <any>
2 C: a LOGIN bob@b.example secret
2 S: a OK <any>
2 C: b SELECT INBOX
2 S*: * 0 EXISTS
2 S*: b OK <any>
2 C: c UID FETCH 1 BODY[]
2 S: c OK <any>
1 C: c CREATE Private
1 S: c OK <any>
2 C: d LIST "" Private
2 S: d OK <any>
2 C: e SELECT Private
2 S*: e NO [NONEXISTENT] <any>
