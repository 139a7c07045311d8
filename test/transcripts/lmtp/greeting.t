# name: test/transcripts/lmtp/greeting.t
# rfc: 2033 4
1 S: 220 mx.posthouse.test LMTP <any>
1 C: LHLO client.example
1 S: 250-mx.posthouse.test greets client.example
1 S: 250-PIPELINING
1 S*: 250-ENHANCEDSTATUSCODES
1 S*: 250 HELP
1 C: QUIT
1 S: 221 2.0.0 <any>
1 S closed
