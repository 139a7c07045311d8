"""The row about mail out: submitted by a member, signed with RSA-2048, relayed to smtp-sink.

Both sides take the same load from the same program and hand it to the same kind of sink, one connection limit of 20 to the destination. The
peer is Postfix with OpenDKIM as its milter; it relays for loopback without a sign-in, which Posthouse does not: here members sign in, and
every message gets an Ed25519 signature beside the RSA one.
"""
import base64
import contextlib
import multiprocessing
import os
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile
import threading
import time

from sides import DOMAIN, PASSWORD, Posthouse, user, wait_for_port  # before the harness, whose folder it adds
from name_server import NameServer, free_port

CONNECTIONS, SINK_DOMAIN = 20, "sink.example"
# A bench is a burst to strangers: what would hold it in earnest is lifted.
NO_BRAKES = {name: "100000000" for name in ("spam.strangers_per_day", "spam.member_strangers_per_day", "spam.burst")}


class Sink:
    """smtp-sink, which takes all mail and counts it."""

    def __init__(self):
        self.port = free_port()
        self.process = subprocess.Popen(["smtp-sink", "-u", "nobody", "-c", f"127.0.0.1:{self.port}", "1000"], stdout=subprocess.PIPE)
        self.count = 0
        threading.Thread(target=self._watch, daemon=True).start()
        wait_for_port(self.port)

    def _watch(self):
        while text := os.read(self.process.stdout.fileno(), 65536):
            if seen := re.findall(rb"mesg=\s*(\d+)", text):
                self.count = int(seen[-1])

    def wait_for(self, count, seconds=300):
        deadline = time.monotonic() + seconds
        while self.count < count:
            if time.monotonic() > deadline:
                raise RuntimeError(f"only {self.count} of {count} messages came to the sink")
            time.sleep(0.01)

    def close(self):
        self.process.terminate()
        self.process.wait()


def speak(port, account, messages, size):
    """One connection that submits messages, MAIL to DATA in one piece where the server allows PIPELINING."""
    wire = socket.create_connection(("127.0.0.1", port), timeout=120)
    wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    file = wire.makefile("rb")

    def reply(code):
        text = b""
        while (line := file.readline())[3:4] == b"-":
            text += line
        if not line.startswith(code):
            raise RuntimeError(line.decode(errors="replace"))
        return text + line

    reply(b"220")
    wire.sendall(b"EHLO load.example\r\n")
    if b"AUTH" in reply(b"250"):
        wire.sendall(b"AUTH PLAIN " + base64.b64encode(f"\0{account}\0{PASSWORD}".encode()) + b"\r\n")
        reply(b"235")
    envelope = f"MAIL FROM:<{account}>\r\nRCPT TO:<someone@{SINK_DOMAIN}>\r\nDATA\r\n".encode()
    head = f"From: {account}\r\nTo: someone@{SINK_DOMAIN}\r\nSubject: load\r\n\r\n".encode()
    body = head + (b"x" * 70 + b"\r\n") * ((size - len(head)) // 72) + b".\r\n"
    for _ in range(messages):
        wire.sendall(envelope)
        for code in (b"250", b"250", b"354"):
            reply(code)
        wire.sendall(body)
        reply(b"250")
    wire.sendall(b"QUIT\r\n")
    wire.close()


def load(port, connections, messages, size):
    """`connections` of them, each in a thread of this process; exits 1 when one of them fails."""
    failed = []

    def run(number):
        try:
            speak(port, user(number), messages, size)
        except Exception as problem:  # noqa: BLE001  told to the parent
            failed.append(problem)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise SystemExit(f"load: {failed[0]}")


def relay(port, sink, messages, size=10_000):
    """(accepted/s, arrived at the sink/s) of `messages` over CONNECTIONS connections."""
    each, before = messages // CONNECTIONS, sink.count
    halves = [multiprocessing.Process(target=load, args=(port, CONNECTIONS // 2, each, size)) for _ in range(2)]
    began = time.perf_counter()
    for half in halves:
        half.start()
    for half in halves:
        half.join()
        if half.exitcode != 0:
            raise RuntimeError("the load failed")
    accepted = time.perf_counter()
    sink.wait_for(before + each * CONNECTIONS)
    return each * CONNECTIONS / (accepted - began), each * CONNECTIONS / (time.perf_counter() - began)


@contextlib.contextmanager
def posthouse(sink):
    with NameServer({SINK_DOMAIN: ["@ MX 10 mx", "mx A 127.0.0.1"]}) as dns:
        side = Posthouse(CONNECTIONS, {**NO_BRAKES, "submission.listen": "127.0.0.1:0", "submission.allow_plaintext_login": "true", "queue.loopback": "true",
                                       "queue.remote_port": str(sink.port), "dns.servers": dns.address})
        try:
            yield side.server.port("submission")
        finally:
            side.close()


@contextlib.contextmanager
def postfix(peer, sink):
    """The peer with OpenDKIM for the time of one row."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="opendkim-"))
    milter = free_port()
    subprocess.run(["openssl", "genrsa", "-out", folder / "key", "2048"], check=True, stderr=subprocess.DEVNULL)
    (folder / "conf").write_text(f"Domain {DOMAIN}\nSelector s\nKeyFile {folder}/key\nSocket inet:{milter}@127.0.0.1\nMode s\nCanonicalization relaxed/relaxed\n"
                                 f"InternalHosts 127.0.0.1\nUserID opendkim\nOversignHeaders From\nPidFile {folder}/pid\nRequireSafeKeys no\n")
    for path in (folder, folder / "key", folder / "conf"):
        shutil.chown(path, "opendkim", "opendkim")
    signer = subprocess.Popen(["opendkim", "-f", "-x", folder / "conf"])
    wait_for_port(milter)
    peer.configure(relayhost=f"[127.0.0.1]:{sink.port}", smtpd_milters=f"inet:127.0.0.1:{milter}")
    try:
        yield peer.smtp
    finally:
        peer.configure(relayhost="", smtpd_milters="")
        signer.terminate()
        signer.wait()
        shutil.rmtree(folder, ignore_errors=True)


def measure(side, messages, runs=3):
    """`side`: makes the server ready for a sink. [(accepted/s, arrived/s)] of the runs."""
    sink = Sink()
    try:
        with side(sink) as port:
            return [relay(port, sink, messages) for _ in range(runs)]
    finally:
        sink.close()
