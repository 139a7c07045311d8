# name: test/transcripts/imap/create_special_use.t
# rfc: 6154 3
account alice@a.example password=secret
1 S: * OK <any>
1 C: a LOGIN alice@a.example secret
1 S: a OK <any>
1 C: b CREATE Entwurf (USE (\Drafts))
1 S: b <word> <any>
1 C: c CREATE Everything (USE (\All))
1 S: c NO [USEATTR] <any>
1 C: d CREATE Plain (USE ())
1 S: d OK <any>
