# name: test/transcripts/imap/bare_lf_lines.t
# rfc: 9051 2.2
1 S: * OK <any>
1 C-: a NOOP\nb NOOP\n
1 S: a OK <any>
1 S: b OK <any>
