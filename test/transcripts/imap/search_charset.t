# name: test/transcripts/imap/search_charset.t
# rfc: 9051 6.4.4
account alice@a.example password=secret
deliver alice@a.example INBOX "Subject: =?gb2312?B?zfG5xw==?=\r\nContent-Type: text/plain; charset=iso-8859-1\r\n\r\ncaf\xe9\r\n"
1 S: * OK <any>
1 C: a LOGIN alice@a.example secret
1 S: a OK <any>
1 C: b SELECT INBOX
1 S*: b OK <any>
1 C: c SEARCH CHARSET UTF-8 BODY {5+}
1 C: café
1 S: * SEARCH 1
1 S: c OK <any>
1 C-: d SEARCH CHARSET ISO-8859-1 BODY {4+}\r\ncaf\xe9\r\n
1 S: * SEARCH 1
1 S: d OK <any>
1 C: e SEARCH CHARSET US-ASCII BODY CAF
1 S: * SEARCH 1
1 S: e OK <any>
1 C: f SEARCH CHARSET X-NOSUCH BODY caf
1 S: f NO [BADCHARSET (<any>)] <any>
