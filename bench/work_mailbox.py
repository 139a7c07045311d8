"""Rows about one large mailbox: SELECT, FETCH, STORE, SEARCH; and a mailbox of a million messages."""
import statistics
import time

from imap_client import Imap
from sides import PASSWORD, user

COMMANDS = [
    ("FETCH 1:* (UID FLAGS)", "FETCH 1:* (UID FLAGS)"),
    ("FETCH 1:* (ENVELOPE)", "FETCH 1:* (ENVELOPE)"),
    ("FETCH 1:* (BODYSTRUCTURE RFC822.SIZE INTERNALDATE)", "FETCH 1:* (BODYSTRUCTURE RFC822.SIZE INTERNALDATE)"),
    ("FETCH 1:10000 (BODY.PEEK[])", "FETCH 1:{part} (BODY.PEEK[])"),
    ("UID SEARCH UNSEEN", "UID SEARCH UNSEEN"),
    ("UID SEARCH FROM", 'UID SEARCH FROM "emma"'),
    ("UID SEARCH BODY word (scan)", 'UID SEARCH BODY "wombat"'),
]


def select_times(side, mailbox="bulk", runs=5):
    """Median seconds of SELECT in the first session after a start of the server, and in a second session beside it."""
    first, second = [], []
    for _ in range(runs):
        side.restart()
        one, two = Imap(side.imap, user(0), PASSWORD), Imap(side.imap, user(0), PASSWORD)
        first.append(one.timed(f"SELECT {mailbox}"))
        second.append(two.timed(f"SELECT {mailbox}"))
        one.close()
        two.close()
    return statistics.median(first), statistics.median(second)


def command_times(side, messages, mailbox="bulk", runs=5):
    """{row: median seconds}; each command once unmeasured, then `runs` times. The mailbox holds `messages`."""
    part = min(10_000, messages)
    client = Imap(side.imap, user(0), PASSWORD)
    client.command(f"SELECT {mailbox}")
    times = {}
    for row, command in COMMANDS:
        command = command.replace("{part}", str(part))
        client.command(command)
        times[row] = statistics.median(client.timed(command) for _ in range(runs))
    stores = []
    for _ in range(runs):
        client.command(rf"STORE 1:{part} -FLAGS.SILENT (\Seen)")
        stores.append(client.timed(rf"STORE 1:{part} +FLAGS.SILENT (\Seen)"))
    times[r"STORE 1:10000 +FLAGS.SILENT (\Seen)"] = statistics.median(stores)
    client.close()
    return times


def million(side, messages=1_000_000, group=1000):
    """Fills a mailbox by MULTIAPPEND, restarts: {rate, start, select, memory of the selected mailbox}."""
    client = Imap(side.imap, user(1), PASSWORD)
    client.command("CREATE million")
    began = time.perf_counter()
    for start in range(0, messages, group):
        parts = []
        for i in range(start, min(start + group, messages)):
            data = b"From: a@b.test\r\nSubject: %d\r\n\r\n%d\r\n" % (i, i)
            parts.append(b" {%d+}\r\n%s" % (len(data), data))
        client.pipeline(b"p1 APPEND million" + b"".join(parts) + b"\r\n", 1)
    rate = messages / (time.perf_counter() - began)
    client.command("SELECT million")
    for start in range(1, messages, 7919):  # some flags here and there, so that pages are not all alike
        client.command(rf"STORE {start}:{min(start + 400, messages)} +FLAGS.SILENT (\Seen)")
    client.close()
    side.restart()
    start_seconds = side.start_seconds
    client = Imap(side.imap, user(1), PASSWORD)
    client.command("SELECT INBOX")
    time.sleep(1)
    before = side.memory()
    select = client.timed("SELECT million")
    time.sleep(1)
    memory = side.memory() - before
    client.close()
    return {"rate": rate, "start": start_seconds, "select": select, "memory": memory}
