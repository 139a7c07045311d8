# name: test/transcripts/imap/list_subscribed_and_recursive.t
# rfc: 5258 5
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
1 C: e SUBSCRIBE Fantasy
1 S: e OK <any>
1 C: f LIST (SUBSCRIBED) "" F*
1 S: * LIST (\NonExistent \HasNoChildren \Subscribed) "/" "Fantasy"
1 S: * LIST (\HasNoChildren \Subscribed) "/" "Foo/Bar"
1 S: f OK <any>
1 C: g LIST (SUBSCRIBED RECURSIVEMATCH) "" Fo%
1 S: * LIST (\HasChildren) "/" "Foo" ("CHILDINFO" ("SUBSCRIBED"))
1 S: g OK <any>
1 C: h LIST (RECURSIVEMATCH) "" *
1 S: h BAD <any>
