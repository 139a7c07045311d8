# name: test/transcripts/imap/lsub.t
# rfc: 3501 6.3.9
account alice@a.example password=secret
1 S: * OK <any>
1 C: a LOGIN alice@a.example secret
1 S: a OK <any>
1 C: b CREATE Foo/Bar
1 S: b OK <any>
1 C: c SUBSCRIBE Foo/Bar
1 S: c OK <any>
1 C: d UNSUBSCRIBE Foo
1 S: d OK <any>
1 C: e LSUB "" Foo/*
1 S: * LSUB () "/" "Foo/Bar"
1 S: e OK <any>
1 C: f LSUB "" Fo%
1 S: * LSUB (\Noselect) "/" "Foo"
1 S: f OK <any>
