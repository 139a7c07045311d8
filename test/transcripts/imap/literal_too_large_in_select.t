# name: test/transcripts/imap/literal_too_large_in_select.t
# rfc: 9051 4.3
set imap.literal=1KB
account alice@a.example password=secret
1 S: * OK <any>
1 C: a LOGIN alice@a.example secret
1 S: a OK <any>
1 C: b SELECT {2000}
1 S: b NO [TOOBIG] <any>
1 C: c SELECT {2000+}
1 C*: 2000 x
1 C: 
1 S: c NO [TOOBIG] <any>
1 C: d NOOP
1 S: d OK <any>
