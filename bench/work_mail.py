"""Rows about single messages and streams of them: SMTP delivery, a lonely message, APPEND."""
import socket
import statistics
import subprocess
import time

from imap_client import Imap
from sides import PASSWORD, user


def delivery(side, messages=4000, size=8000, users=20, sessions=4):
    """smtp-source to all users at once until every message can be seen over IMAP: (accepted/s, delivered/s)."""
    watchers = [Imap(side.imap, user(number), PASSWORD) for number in range(users)]

    def visible():
        return sum(watcher.message_count("INBOX") for watcher in watchers)

    each = messages // users
    wanted = visible() + each * users
    began = time.perf_counter()
    senders = [subprocess.Popen(["smtp-source", "-s", str(sessions), "-m", str(each), "-l", str(size), "-f", "sender@load.test", "-t", user(number),
                                 f"127.0.0.1:{side.smtp}"]) for number in range(users)]
    for sender in senders:
        if sender.wait() != 0:
            raise RuntimeError("smtp-source failed")
    accepted = time.perf_counter()
    while (seen := visible()) < wanted:
        if time.perf_counter() - accepted > 300:
            raise RuntimeError(f"only {seen} of {wanted} messages became visible")
        time.sleep(0.01)
    done = time.perf_counter()
    for watcher in watchers:
        watcher.close()
    return each * users / (accepted - began), each * users / (done - began)


def lonely(side, samples=100, size=8000):
    """Median seconds from MAIL to the 250 after the data, on a quiet server, one message at a time."""
    body = b"Subject: lonely\r\n\r\n" + (b"x" * 70 + b"\r\n") * (size // 72) + b".\r\n"
    wire = socket.create_connection(("127.0.0.1", side.smtp), timeout=30)
    wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    file = wire.makefile("rb")

    def reply(code):
        while (line := file.readline())[3:4] == b"-":
            pass
        if not line.startswith(code):
            raise RuntimeError(line.decode(errors="replace"))

    reply(b"220")
    wire.sendall(b"EHLO load.test\r\n")
    reply(b"250")
    times = []
    for _ in range(samples):
        began = time.perf_counter()
        for command, code in ((b"MAIL FROM:<sender@load.test>\r\n", b"250"), (f"RCPT TO:<{user(0)}>\r\n".encode(), b"250"), (b"DATA\r\n", b"354"), (body, b"250")):
            wire.sendall(command)
            reply(code)
        times.append(time.perf_counter() - began)
        time.sleep(0.01)
    wire.close()
    return statistics.median(times)


NAMES = ["anna", "bert", "carla", "david", "emma", "felix", "grete", "hans", "ida", "jonas"]


def sample_message(number, size=1700):
    """Ordinary mail: its own header, and a text in which one of a hundred holds the word that searches look for."""
    name = NAMES[number % len(NAMES)]
    word = "wombat" if number % 100 == 7 else "parcel"
    head = (f"Return-Path: <{name}@sender{number % 50}.test>\r\nReceived: from mx.sender{number % 50}.test by peer.test with ESMTP id {number:08x}; "
            f"Mon, 2 Nov 2026 10:00:00 +0000\r\nFrom: {name.title()} Sender <{name}@sender{number % 50}.test>\r\nTo: {user(0)}\r\n"
            f"Subject: Report {number} about the {word}\r\nDate: Mon, 2 Nov 2026 10:00:00 +0000\r\nMessage-ID: <{number}.report@sender{number % 50}.test>\r\n"
            f"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n")
    line = f"Line about a {word} of number {number}, sent by {name} to be read.\r\n"
    return (head + line * max(1, (size - len(head)) // len(line))).encode()


def append(side, messages=50_000, pipeline=50, mailbox="bulk", owner=0):
    """APPENDs per second of one session that sends LITERAL+ commands in pipelines."""
    client = Imap(side.imap, user(owner), PASSWORD)
    client.command(f"CREATE {mailbox}")
    began = time.perf_counter()
    for start in range(0, messages, pipeline):
        count = min(pipeline, messages - start)
        parts = []
        for i in range(count):
            data = sample_message(start + i)
            parts.append(b"p%d APPEND %s {%d+}\r\n%s\r\n" % (i + 1, mailbox.encode(), len(data), data))
        client.pipeline(b"".join(parts), count)
    seconds = time.perf_counter() - began
    client.close()
    return messages / seconds
