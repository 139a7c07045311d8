# name: test/transcripts/imap/deep_nesting_refused.t
# rfc: 9051 6.4.4
account alice@a.example password=secret
1 S: * OK <any>
1 C: a LOGIN alice@a.example secret
1 S: a OK <any>
1 C: b SELECT INBOX
1 S*: b OK <any>
1 C-: c SEARCH 
1 C*: 5000 (
1 C-: ALL
1 C*: 5000 )
1 C: 
1 S: c BAD <any>
1 C-: d SEARCH 
1 C*: 5000 NOT 
1 C: ALL
1 S: d BAD <any>
1 C: e SEARCH NOT (OR (SEEN) (NOT (UNSEEN)))
1 S: * SEARCH
1 S: e OK <any>
