# name: test/transcripts/imap/implicit_tls.t
# rfc: 8314 3.2
account alice@a.example password=secret
1 connect imap tls
1 S: * OK [CAPABILITY <any>AUTH=SCRAM-SHA-256<any>] <any>
1 C: a LOGIN alice@a.example secret
1 S: a OK <any>
