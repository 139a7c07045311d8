"""Mail programs that people use: mbsync, neomutt, fetchmail."""
import os
import pathlib
import tempfile

from case import PASSWORDS, TOM, ServerCase, message


class FolderCase(ServerCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="posthouse-client-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.environment = {**os.environ, "HOME": folder.name, "TERM": "xterm", "LANG": "C.UTF-8", "SHELL": "/bin/sh"}


class Mbsync(FolderCase):
    MESSAGES = 2000

    def mbsync(self):
        return self.run_client("mbsync", "-V", "-c", self.folder / "mbsyncrc", "all", env=self.environment, seconds=300).stdout.decode()

    def local(self, mailbox="INBOX"):
        return [path for part in ("cur", "new") for path in (self.folder / "mail" / mailbox / part).iterdir()]

    def test_two_way_sync(self):
        (self.folder / "mail").mkdir()
        (self.folder / "mbsyncrc").write_text(f"""
IMAPAccount posthouse
Host 127.0.0.1
Port {self.server.port("imaps")}
User {TOM}
PassCmd "echo \\"{PASSWORDS[TOM]}\\""
SSLType IMAPS
CertificateFile {self.server_certificate()}

IMAPStore far
Account posthouse

MaildirStore near
Path {self.folder}/mail/
Inbox {self.folder}/mail/INBOX
SubFolders Verbatim

Channel all
Far :far:
Near :near:
Patterns *
Create Both
Expunge Both
SyncState *
""")
        wire = self.wire(user=TOM)
        for start in range(0, self.MESSAGES, 100):
            batch = [message(f"number {start + i}", body=f"{start + i}\r\n" * (start % 90 + 1)) for i in range(100)]
            wire.send(b"".join(b"p%d APPEND INBOX {%d+}\r\n%s\r\n" % (i, len(data), data) for i, data in enumerate(batch)))
            for i in range(100):
                self.assertEqual(wire.until_tagged(f"p{i}")[0], "OK")
        self.mbsync()
        self.assertEqual(len(self.local()), self.MESSAGES)
        self.assertEqual(sorted(p.name for p in (self.folder / "mail").iterdir() if p.is_dir()), ["Archive", "Drafts", "INBOX", "Junk", "Sent", "Trash"])

        # Changes on both sides: flags and a deletion here, flags, a deletion and a new message there.
        local = sorted(self.local(), key=lambda p: int(p.read_bytes().split(b"Subject: number ")[1].split()[0]))
        local[0].rename(self.folder / "mail/INBOX/cur" / (local[0].name.split(":")[0] + ":2,FS"))
        local[1].unlink()
        (self.folder / "mail/Drafts/new/1.local.test").write_bytes(message("a draft").replace(b"\r\n", b"\n"))
        wire.imap("SELECT INBOX")
        self.assertEqual(wire.imap("STORE 11 +FLAGS (\\Answered)")[0], "OK")
        self.assertEqual(wire.imap("STORE 12 +FLAGS (\\Deleted)")[0], "OK")
        wire.imap("UID EXPUNGE 12")
        self.deliver(message("arrived between"))
        self.mbsync()
        self.assertEqual(len(self.local()), self.MESSAGES - 2 + 1)
        wire.imap("NOOP")
        flagged = "".join(wire.imap("UID FETCH 1,2,11 (FLAGS)")[2])
        self.assertRegex(flagged, r"\\Flagged.*\\Seen|\\Seen.*\\Flagged")
        self.assertNotRegex(flagged, r"UID 2\b")
        self.assertTrue(any(p.name.endswith(":2,R") for p in self.local()))
        self.find(b"a draft", mailbox="Drafts")

        # And again: nothing to do on either side.
        def state():
            listed = [wire.imap(f"STATUS {name} (MESSAGES UIDNEXT HIGHESTMODSEQ)")[2][-1] for name in ("INBOX", "Drafts", "Sent", "Junk", "Trash", "Archive")]
            return listed, sorted(path.name for path in (self.folder / "mail").rglob("*") if path.parent.name in ("cur", "new"))

        before = state()
        self.mbsync()
        self.assertEqual(state(), before)

    def server_certificate(self):
        """The chain the server presents: mbsync trusts it as it is, whatever its name."""
        path = self.folder / "server.pem"
        host, port = self.server.address("imaps")
        shown = self.run_client("openssl", "s_client", "-connect", f"{host}:{port}", "-showcerts", stdin=b"").stdout
        path.write_bytes(shown)
        return path


class Neomutt(FolderCase):
    def neomutt(self, commands, output):
        """Runs neomutt on a terminal of its own with keys pushed; what it writes to `output` is returned."""
        rc = self.folder / "neomuttrc"
        rc.write_text(f"""
set imap_user = "{TOM}"
set imap_pass = "{PASSWORDS[TOM]}"
set ssl_starttls = no
set ssl_force_tls = no
set folder = "imap://127.0.0.1:{self.server.port('imap')}/"
set spoolfile = "imap://127.0.0.1:{self.server.port('imap')}/INBOX"
set sort = threads
set pipe_decode = yes
set wait_key = no
set delete = yes
set move = no
set header_cache = ""
push '{commands}'
""")
        self.run_client("script", "-qec", f"exec neomutt -n -F {rc}", "/dev/null", env=self.environment, cwd=self.folder, stdin=b"", seconds=90)
        return (self.folder / output).read_bytes() if output else b""

    def test_reads_and_deletes(self):
        self.deliver(message("=?utf-8?B?5L2g5aW9?= mutt", body="a line to find\r\n"))
        self.deliver(message("to be deleted", body="x\r\n"))
        shown = self.neomutt("<limit>~s mutt<enter><pipe-message>cat > seen.txt<enter><quit>", "seen.txt").decode()
        self.assertIn("你好 mutt", shown)
        self.assertIn("a line to find", shown)
        self.neomutt('<limit>~s "to be deleted"<enter><delete-message><sync-mailbox><quit>', None)
        self.assertFalse([data for data in self.stored().values() if b"to be deleted" in data])
        self.find(b"a line to find")


class Fetchmail(FolderCase):
    def test_fetches_all_mail(self):
        for i in range(20):
            self.deliver(message(f"fetched {i}"))
        rc = self.folder / "fetchmailrc"
        target = self.folder / "fetched"
        rc.write_text(f"""
poll 127.0.0.1 service {self.server.port('imap')} protocol imap auth password
  username "{TOM}" password "{PASSWORDS[TOM]}" sslproto '' fetchall keep no rewrite mda "cat >> {target}"
""")
        rc.chmod(0o600)
        words = ("fetchmail", "-f", rc, "--nosyslog", "--pidfile", self.folder / "pid", "-v")
        self.run_client(*words, env={**self.environment, "FETCHMAILHOME": str(self.folder)}, seconds=60)
        fetched = target.read_bytes()
        for i in range(20):
            self.assertIn(b"Subject: fetched %d\n" % i, fetched.replace(b"\r\n", b"\n"))
        self.assertEqual(len(self.stored()), 20)
