"""kill -9 at random moments under load, round after round on one data folder: what was acknowledged is there, byte for byte, although messages with
the same bytes are expunged beside it and unused bodies are collected all the time.

POSTHOUSE_KILL_ROUNDS says how many rounds (30), POSTHOUSE_SEED which moments.
"""
import hashlib
import os
import random
import re
import threading
import time
import unittest

from posthouse import Server
from wire import Wire

ROUNDS = int(os.environ.get("POSTHOUSE_KILL_ROUNDS", 30))
SEED = int(os.environ.get("POSTHOUSE_SEED", time.time_ns() % 1_000_000))
USERS = [f"u{i}@example.com" for i in range(4)]


class Load:
    """Sends from several connections until the server goes; remembers what was acknowledged and what may have been stored."""

    def __init__(self, server, seed):
        self.server, self.random = server, random.Random(seed)
        self.acknowledged = []  # (key, {user}): every one of these must be there
        self.lock = threading.Lock()
        self.threads = [threading.Thread(target=self._until_gone, args=(work, n)) for n, work in enumerate([self._smtp] * 4 + [self._lmtp] + [self._append] * 2 + [self._expunge])]

    def start(self):
        for thread in self.threads:
            thread.start()

    def join(self):
        for thread in self.threads:
            thread.join(60)
            assert not thread.is_alive(), "a client did not notice that the server went"

    def _until_gone(self, work, number):
        choice = random.Random(self.random.random() + number)
        try:
            work(choice)
        except (OSError, ConnectionError, AttributeError, TypeError, ValueError):
            pass  # cut off in the middle of something: what came before is in `acknowledged`

    def _note(self, key, users):
        with self.lock:
            self.acknowledged.append((key, users))

    def _smtp(self, choice):
        with Wire(self.server.address("smtp")) as wire:
            wire.reply()
            wire.smtp("EHLO load.test")
            while True:
                key, data = body(choice)
                users = choice.sample(USERS, choice.choice((1, 1, 3)))
                wire.send("MAIL FROM:<load@remote.test>\r\n" + "".join(f"RCPT TO:<{u}>\r\n" for u in users) + "DATA\r\n")
                if [wire.reply()[0] for _ in range(len(users) + 2)] != [250] * (len(users) + 1) + [354]:
                    return
                wire.send(data + b".\r\n")
                if wire.reply()[0] != 250:
                    return
                self._note(key, users)

    def _lmtp(self, choice):
        with Wire(self.server.lmtp_socket) as wire:
            wire.reply()
            wire.smtp("LHLO load.test")
            while True:
                key, data = body(choice)
                users = choice.sample(USERS, 2)
                wire.send("MAIL FROM:<load@remote.test>\r\n" + "".join(f"RCPT TO:<{u}>\r\n" for u in users) + "DATA\r\n")
                if [wire.reply()[0] for _ in range(4)] != [250, 250, 250, 354]:
                    return
                wire.send(data + b".\r\n")
                for user in users:
                    if wire.reply()[0] == 250:
                        self._note(key, [user])

    def _append(self, choice):
        user = choice.choice(USERS)
        with Wire(self.server.address("imap")) as wire:
            wire.login(user, "secret")
            while True:
                batch = [body(choice) for _ in range(8)]
                wire.send(b"".join(b"p APPEND INBOX {%d+}\r\n%s\r\n" % (len(data), data) for _, data in batch))
                for key, _ in batch:
                    if wire.until_tagged("p")[0] != "OK":
                        return
                    self._note(key, [user])


    def _expunge(self, choice):
        """Puts acknowledged messages once more into a mailbox of another user, and takes them out again."""
        with Wire(self.server.address("imap")) as wire:
            user = choice.choice(USERS)
            wire.login(user, "secret")
            wire.imap("CREATE Scratch")
            wire.imap("SELECT Scratch")
            while True:
                key, data = body(choice)
                for mailbox in ("Scratch", "INBOX"):
                    if wire.imap(f"APPEND {mailbox} {{{len(data)}+}}\r\n{data.decode()}")[0] != "OK":
                        return
                self._note(key, [user])
                wire.imap("STORE 1:* +FLAGS.SILENT (\\Deleted)")
                wire.imap("EXPUNGE")


def body(choice):
    """(key, message): the message names the hash of what follows its header, so that a reader can tell that it is whole."""
    text = b"".join(b"%x\r\n" % choice.getrandbits(300) for _ in range(choice.choice((1, 5, 20, 20, 100, 600))))
    key = hashlib.sha256(text).hexdigest()
    return key, f"Subject: {key}\r\nFrom: load@remote.test\r\n\r\n".encode() + text


class Inbox:
    """What one user's INBOX holds: every message's key each time, and the bytes of those not looked at before."""

    def __init__(self, server, user):
        self.server, self.user, self.next_uid, self.expected = server, user, 1, set()

    def missing(self, from_uid=None):
        """The acknowledged keys that are not there. Fails on a message whose bytes are not what was sent."""
        with Wire(self.server.address("imap")) as wire:
            wire.login(self.user, "secret")
            assert wire.imap("EXAMINE INBOX")[0] == "OK"
            for uid, data in self._fetch(wire, f"{from_uid or self.next_uid}:*", "BODY.PEEK[]"):
                header, _, text = data.partition(b"\r\n\r\n")
                assert hashlib.sha256(text).hexdigest().encode() == self._key(header), f"{self.user} UID {uid} is not what was sent: {data[:300]!r}"
                self.next_uid = max(self.next_uid, uid + 1)
            return self.expected - {self._key(data).decode() for _, data in self._fetch(wire, "1:*", "BODY.PEEK[HEADER.FIELDS (SUBJECT)]")}

    def _key(self, header):
        return header.partition(b"Subject: ")[2].partition(b"\r\n")[0]

    def _fetch(self, wire, uids, item):
        status, text, untagged = wire.imap(f"UID FETCH {uids} ({item})")
        assert status == "OK", text
        for line in untagged:
            found = re.match(r"\* \d+ FETCH \(UID (\d+) .*?\{(\d+)\}\r\n", line, re.S)
            if found:
                yield int(found.group(1)), line[found.end():].encode("utf-8", "surrogateescape")[:int(found.group(2))]


class KillNine(unittest.TestCase):
    def test_nothing_acknowledged_is_lost(self):
        choice = random.Random(SEED)
        print(f"seed {SEED}", flush=True)
        with Server(settings={"store.collect_every": "1s", "store.collect_grace": "3s", "store.collect_share": "0"}) as server:
            for user in USERS:
                server.add_member(user, "secret")
            inboxes = {user: Inbox(server, user) for user in USERS}
            for number in range(ROUNDS):
                server.start()
                for inbox in inboxes.values():
                    missing = inbox.missing()
                    self.assertFalse(missing, f"seed {SEED}, round {number}: {inbox.user} lost {len(missing)} acknowledged messages\n{server.log()}")
                load = Load(server, choice.random())
                load.start()
                time.sleep(choice.uniform(0.05, 0.9))
                server.kill()
                load.join()
                for key, users in load.acknowledged:
                    for user in users:
                        inboxes[user].expected.add(key)
                done = server.verify()
                self.assertEqual(done.returncode, 0, f"seed {SEED}, round {number}: verify\n{done.stdout}{done.stderr}")
            server.start()
            for inbox in inboxes.values():
                self.assertFalse(inbox.missing(from_uid=1))
            total = sum(len(inbox.expected) for inbox in inboxes.values())
            print(f"{ROUNDS} rounds, {total} acknowledged deliveries, none lost", flush=True)
            self.assertGreater(total, ROUNDS * 10)
            self.assertIn("bodies collected", server.log_path.read_text(), "and some garbage went")
