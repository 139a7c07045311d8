"""kill -9 while the queue works, round after round: every recipient gets every message at least once. Twice only where the server was killed between
the other side's answer and its own commit; these are counted.

POSTHOUSE_QUEUE_ROUNDS says how many rounds (10), POSTHOUSE_SEED which moments.
"""
import collections
import os
import random
import smtplib
import threading
import time
import unittest

from mx import MailExchanger
from name_server import NameServer
from posthouse import Server

ROUNDS = int(os.environ.get("POSTHOUSE_QUEUE_ROUNDS", 10))
SEED = int(os.environ.get("POSTHOUSE_SEED", time.time_ns() % 1_000_000))
MESSAGES, DESTINATIONS, EACH, SENDERS = 1_000, 100, 10, 4  # 10,000 entries
TOM = "tom@example.com"
FREE = {name: "100000000" for name in ("spam.strangers_per_day", "spam.member_strangers_per_day", "spam.burst")}


def recipients(number):
    """Ten of the hundred destinations; all of them have their turn."""
    return [f"r{number}@d{(number * EACH + i) % DESTINATIONS}.many.example" for i in range(EACH)]


class QueueKillNine(unittest.TestCase):
    def submit(self, server, numbers):
        with smtplib.SMTP(*server.address("submission"), timeout=60) as client:
            client.ehlo()
            client.login(TOM, "secret")
            for number in numbers:
                data = f"From: {TOM}\r\nSubject: {number}\r\n\r\n" + f"text of {number}\r\n" * 50
                client.sendmail(TOM, recipients(number), data.encode())

    def test_nothing_queued_is_lost(self):
        choice = random.Random(SEED)
        print(f"seed {SEED}", flush=True)
        with MailExchanger() as mx, NameServer({"many.example": ["* MX 10 mx", "mx A 127.0.0.1"]}) as dns:
            settings = {"dns.servers": dns.address, "queue.remote_port": str(mx.port), "queue.first_retry": "1s", "queue.longest_retry": "2s",
                        "queue.dead_first": "1s", "queue.dead_longest": "1s", **FREE}
            with Server(settings=settings) as server:
                server.add_member(TOM, "secret")
                mx.usual["mail"] = "451 4.3.0 not yet"
                server.start()
                threads = [threading.Thread(target=self.submit, args=(server, range(n, MESSAGES, SENDERS))) for n in range(SENDERS)]
                for thread in threads:
                    thread.start()
                for thread in threads:
                    thread.join()
                queued = server.command("queue", "list").stdout.splitlines()[-1]
                self.assertEqual(queued, f"{MESSAGES * EACH} in the queue")
                del mx.usual["mail"]
                for _ in range(ROUNDS):
                    time.sleep(choice.uniform(0.1, 1.0))
                    server.kill()
                    self.assertEqual(server.verify().returncode, 0)
                    server.start()
                deadline = time.monotonic() + 300
                while server.command("queue", "list").stdout.splitlines()[-1] != "0 in the queue":
                    self.assertLess(time.monotonic(), deadline, server.log())
                    time.sleep(0.5)
                self.assertEqual(server.stop(), 0)
                self.assertEqual(server.verify().returncode, 0)
            got = collections.Counter((int(d.subject()), r) for d in mx.delivered for r in d.recipients)
        lost = [(n, r) for n in range(MESSAGES) for r in recipients(n) if (n, r) not in got]
        twice = sum(count - 1 for count in got.values())
        print(f"{ROUNDS} rounds, {MESSAGES * EACH} recipients, none lost, {twice} copies too many", flush=True)
        self.assertEqual(lost, [])
        # What was in flight at a kill, and no more: deliveries at the same time, each to one destination's recipients of one message.
        self.assertLessEqual(twice, ROUNDS * DESTINATIONS * 20)
