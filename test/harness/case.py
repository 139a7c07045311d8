"""The usual test case: one server for the whole class, company example.com, members tom and anna."""
import email.utils
import imaplib
import itertools
import smtplib
import subprocess
import time
import unittest

from posthouse import Server
from wire import Wire

PASSWORDS = {"tom@example.com": "tom's secret", "anna@example.com": "anna's secret"}
TOM, ANNA = PASSWORDS
_numbers = itertools.count(1)


def message(subject="hello", body="Hello.\r\n", sender="sender@remote.test", to=TOM, headers=""):
    """A complete message with CRLF line ends, as bytes; its Message-ID is new each time."""
    return (
        f"From: {sender}\r\nTo: {to}\r\nSubject: {subject}\r\nDate: {email.utils.formatdate()}\r\n"
        f"Message-ID: <{next(_numbers)}.{time.monotonic_ns()}@remote.test>\r\n{headers}\r\n{body}"
    ).encode()


class ServerCase(unittest.TestCase):
    settings = {}

    @classmethod
    def setUpClass(cls):
        cls.server = Server(settings=cls.settings)
        cls.addClassCleanup(cls.server.close)
        for address, password in PASSWORDS.items():
            cls.server.add_member(address, password)
        cls.server.start()

    def run_client(self, *words, stdin=None, seconds=120, check=True, **options):
        """Runs a client program; its whole output is in the failure."""
        done = subprocess.run([str(word) for word in words], input=stdin, capture_output=True, timeout=seconds, **options)
        if check and done.returncode != 0:
            self.fail(f"{words[0]} ended with {done.returncode}:\n{done.stdout.decode(errors='replace')}{done.stderr.decode(errors='replace')}\n"
                      f"server log:\n{self.server.log()}")
        return done

    def smtp(self):
        client = smtplib.SMTP(*self.server.address("smtp"), timeout=30)
        self.addCleanup(client.close)
        return client

    def connect(self):
        """imaplib, not signed in."""
        client = imaplib.IMAP4(*self.server.address("imap"), timeout=30)
        self.addCleanup(client.sock.close)
        return client

    def imap(self, user=TOM):
        client = self.connect()
        client.login(user, PASSWORDS[user])
        return client

    def wire(self, name="imap", user=None):
        """A bare connection; with `user`, signed in over IMAP."""
        wire = Wire(self.server.address(name))
        self.addCleanup(wire.close)
        return wire.login(user, PASSWORDS[user]) if user else wire

    def deliver(self, data, to=TOM):
        with smtplib.SMTP(*self.server.address("smtp"), timeout=30) as client:
            client.sendmail("sender@remote.test", [to] if isinstance(to, str) else to, data)

    def stored(self, user=TOM, mailbox="INBOX"):
        """{UID: bytes} of a mailbox."""
        client = self.imap(user)
        client.select(mailbox, readonly=True)
        _, found = client.uid("FETCH", "1:*", "(BODY.PEEK[])")
        parts = [part for part in found if isinstance(part, tuple)]
        return {int(part[0].split(b"UID ")[1].split()[0]) if b"UID " in part[0] else int(part[0].split()[0]): part[1] for part in parts}

    def find(self, needle, user=TOM, mailbox="INBOX"):
        """The one stored message that holds `needle` (bytes)."""
        found = [data for data in self.stored(user, mailbox).values() if needle in data]
        self.assertEqual(len(found), 1, f"{needle!r} should be in one message of {user} {mailbox}")
        return found[0]
