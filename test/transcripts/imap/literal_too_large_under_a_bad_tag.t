# name: test/transcripts/imap/literal_too_large_under_a_bad_tag.t
# rfc: 9051 7.5.2
# What answers must not look like a continuation request.
1 S: * OK <any>
1 C: + LOGIN {99999999}
1 S: * NO [TOOBIG] <any>
1 C: a NOOP
1 S: a OK <any>
