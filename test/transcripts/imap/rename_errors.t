# name: test/transcripts/imap/rename_errors.t
# rfc: 5530 3
account alice@a.example password=secret
1 S: * OK <any>
1 C: a LOGIN alice@a.example secret
1 S: a OK <any>
1 C: b RENAME Nowhere Somewhere
1 S: b NO [NONEXISTENT] <any>
1 C: c RENAME Sent Trash
1 S: c NO [ALREADYEXISTS] <any>
