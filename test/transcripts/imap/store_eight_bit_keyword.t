# name: test/transcripts/imap/store_eight_bit_keyword.t
# rfc: 9051 2.3.2
# A keyword is an atom: in FLAGS it stands without quotes.
account alice@a.example password=secret
deliver alice@a.example INBOX "Subject: hi\r\n\r\nbody\r\n"
1 S: * OK <any>
1 C: a LOGIN alice@a.example secret
1 S: a OK <any>
1 C: b SELECT INBOX
1 S*: b OK <any>
1 C-: c STORE 1 FLAGS (\xe4\xbd\xa0)\r\n
1 S: c BAD <any>
