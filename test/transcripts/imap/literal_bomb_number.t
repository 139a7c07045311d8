# name: test/transcripts/imap/literal_bomb_number.t
# rfc: 9051 4.3
1 S: * OK <any>
1 C: a LOGIN {99999999999999999999}
1 S: a BAD <any>
1 C: b LOGIN {18446744073709551615}
1 S: b NO [TOOBIG] <any>
