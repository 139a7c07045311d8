"""Data folders of earlier releases open in this one, with everything in them; mail goes on arriving."""
import pathlib
import smtplib
import subprocess
import tempfile
import unittest

from contents import ANNA, EXPUNGED, FILLING, LETTERS, OLA, PASSWORDS, TOM
from posthouse import Server
from wire import Wire

KEPT = sorted(pathlib.Path(__file__).resolve().parent.glob("data-*.tar.gz"))


class Upgrade(unittest.TestCase):
    def test_there_are_folders(self):
        self.assertTrue(KEPT)

    def check(self, archive):
        folder = tempfile.TemporaryDirectory(prefix="posthouse-upgrade-")
        self.addCleanup(folder.cleanup)
        subprocess.run(["tar", "-C", folder.name, "-xzf", archive], check=True)
        server = Server(data=folder.name)
        self.addCleanup(server.close)
        server.start()
        first, last = map(int, EXPUNGED.split(":"))
        inbox = [letter for letter in LETTERS if letter[0] == "INBOX"]
        with Wire(server.address("imap")) as wire:
            wire.login(TOM, PASSWORDS[TOM])
            self.assertIn(f"* {len(inbox) + FILLING - (last - first + 1)} EXISTS", wire.imap("SELECT INBOX")[2])
            for uid, (_, flags, data) in enumerate(inbox, 1):
                got = "".join(wire.imap(f"UID FETCH {uid} (FLAGS BODY.PEEK[])")[2])
                self.assertIn(data.decode(), got)
                for flag in flags.split():
                    self.assertIn(flag, got)
            self.assertEqual([line for line in wire.imap(f"UID FETCH {EXPUNGED} (FLAGS)")[2] if "FETCH" in line], [])
            self.assertEqual(wire.imap("SELECT Dropped")[0], "NO")
            self.assertIn("* 1 EXISTS", wire.imap("SELECT Projects/2026")[2])
            self.assertIn(LETTERS[2][2].decode(), "".join(wire.imap("FETCH 1 (BODY.PEEK[])")[2]))
        for user in (ANNA, OLA):
            with smtplib.SMTP(*server.address("smtp"), timeout=30) as client:
                client.sendmail("sender@remote.test", [user], b"Subject: after\r\n\r\nthe upgrade\r\n")
            with Wire(server.address("imap")) as wire:
                wire.login(user, PASSWORDS[user])
                self.assertIn("* 1 EXISTS", wire.imap("SELECT INBOX")[2])
        self.assertEqual(server.stop(), 0)
        done = server.verify()
        self.assertEqual(done.returncode, 0, done.stdout)


def opens(archive):
    return lambda self: self.check(archive)


for kept in KEPT:
    setattr(Upgrade, "test_" + kept.name.partition(".")[0].replace("-", "_"), opens(kept))
