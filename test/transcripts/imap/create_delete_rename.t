# name: test/transcripts/imap/create_delete_rename.t
# rfc: 9051 6.3.4-6.3.6
account alice@a.example password=secret
1 S: * OK <any>
1 C: a LOGIN alice@a.example secret
1 S: a OK <any>
1 C: b CREATE Work/
1 S: b OK <any>
1 C: c CREATE Work
1 S: c NO [ALREADYEXISTS] <any>
1 C: d CREATE Work/2026/March
1 S: d OK <any>
1 C: e LIST "" Work*
1 S: * LIST (\HasChildren) "/" "Work"
1 S: * LIST (\HasChildren) "/" "Work/2026"
1 S: * LIST (\HasNoChildren) "/" "Work/2026/March"
1 S: e OK <any>
1 C: f RENAME Work Play
1 S: f OK <any>
1 C: g LIST "" Play/%/%
1 S: * LIST (\HasNoChildren) "/" "Play/2026/March"
1 S: g OK <any>
1 C: h DELETE Play/2026/March
1 S: h OK <any>
1 C: i DELETE Play/2026/March
1 S: i NO [NONEXISTENT] <any>
1 C: j DELETE INBOX
1 S: j NO [CANNOT] <any>
1 C: k CREATE inbox
1 S: k NO [ALREADYEXISTS] <any>
