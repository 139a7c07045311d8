# name: test/transcripts/imap/starttls_injection_refused.t
# rfc: 9051 6.2.1
1 S: * OK <any>
1 C-: a STARTTLS\r\nb NOOP\r\n
1 S*: a <word> <any>
