# name: test/transcripts/imap/search_utf8_no_charset.t
# rfc: 6855 3
account alice@a.example password=secret
1 S: * OK <any>
1 C: a LOGIN alice@a.example secret
1 S: a OK <any>
1 C: b SELECT INBOX
1 S*: b OK <any>
1 C: c SEARCH CHARSET UTF-8 SUBJECT "x"
1 S: * SEARCH
1 S: c OK <any>
1 C: d ENABLE UTF8=ACCEPT
1 S: * ENABLED UTF8=ACCEPT
1 S: d OK <any>
1 C: e SEARCH CHARSET UTF-8 SUBJECT "x"
1 S: e BAD <any>
1 C: f SEARCH SUBJECT "ä"
1 S: * SEARCH
1 S: f OK <any>
