# name: test/transcripts/imap/fetch_bodystructure_extensions.t
# rfc: 9051 7.5.2
account alice@a.example password=secret
deliver alice@a.example INBOX "From: a@b.example\r\nContent-Type: application/pdf; name=a.pdf\r\nContent-ID: <i@x>\r\nContent-Description: d\r\nContent-MD5: Q2h\r\nContent-Disposition: attachment; filename=a.pdf\r\nContent-Language: en, fr\r\nContent-Location: http://x/\r\nContent-Transfer-Encoding: base64\r\n\r\nQUJD\r\n"
1 S: * OK <any>
1 C: a LOGIN alice@a.example secret
1 S: a OK <any>
1 C: b SELECT INBOX
1 S*: b OK <any>
1 C: c FETCH 1 BODYSTRUCTURE
1 S: * 1 FETCH (BODYSTRUCTURE ("application" "pdf" ("name" "a.pdf") "<i@x>" "d" "base64" 6 "Q2h" ("attachment" ("filename" "a.pdf")) ("en" "fr") "http://x/"))
1 S: c OK <any>
