# name: test/transcripts/smtp/ehlo_windows_name.t
1 S: 220 <any>
1 C: EHLO WIN_BOX-7
1 S: 250-mx.posthouse.test greets WIN_BOX-7
1 S*: 250 HELP
