"""The two servers that are compared, behind one small interface: ports, users, restart, memory.

Posthouse runs as the end-to-end tests run it, with its defaults for durability. The peer is Postfix handing to Dovecot, started by
postfix-dovecot.sh of the folder that POSTHOUSE_PEERS or --peers names; both speak plain text on loopback and sync as shipped.
"""
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "test" / "harness"))
from posthouse import Server  # noqa: E402

DOMAIN, PASSWORD, USERS = "peer.test", "pw", 100
# All load comes from one address, as it does on the peer, whose limits are lifted too.
UNLIMITED = {name: "100000" for name in ("imap.connections_per_user", "imap.connections_per_address", "smtp.connections_per_address", "smtp.connections")}


def user(number):
    return f"u{number}@{DOMAIN}"


def wait_for_port(port, seconds=20):
    deadline = time.monotonic() + seconds
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def pss_bytes(pids):
    """Proportional set size of the processes together."""
    total = 0
    for pid in pids:
        try:
            with open(f"/proc/{pid}/smaps_rollup") as file:
                total += next(int(line.split()[1]) for line in file if line.startswith("Pss:")) * 1024
        except (FileNotFoundError, ProcessLookupError):
            pass  # it ended meanwhile
    return total


def descendants(pid):
    children = {}
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except (FileNotFoundError, ProcessLookupError):
                continue
            children.setdefault(parent, []).append(int(entry.name))
    found, queue = [pid], [pid]
    while queue:
        more = children.get(queue.pop(), [])
        found += more
        queue += more
    return found


class Posthouse:
    name = "Posthouse"

    def __init__(self, users=USERS, settings=None):
        self.server = Server(domain=None, settings={**UNLIMITED, **(settings or {})})
        self.server.command("quickstart", DOMAIN)
        for number in range(users):
            self.server.add_member(user(number), PASSWORD)
        self.start()

    def start(self):
        began = time.monotonic()
        self.server.start()
        self.start_seconds = time.monotonic() - began
        self.smtp, self.imap, self.imaps = self.server.port("smtp"), self.server.port("imap"), self.server.port("imaps")

    def restart(self):
        self.server.stop()
        self.start()

    def memory(self):
        return pss_bytes([self.server.process.pid])

    def close(self):
        self.server.close()


class Peer:
    name = "Postfix + Dovecot"
    smtp, imap = 11025, 11143

    def __init__(self, users=USERS):
        self.script = pathlib.Path(os.environ.get("POSTHOUSE_PEERS", ROOT.parent / "shared" / "peers")) / "postfix-dovecot.sh"
        if not self.script.exists():
            sys.exit(f"bench: {self.script} is missing; name its folder with POSTHOUSE_PEERS")
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="peer-"))
        subprocess.run([self.script, "start", self.folder, str(users)], check=True, stdout=subprocess.DEVNULL)
        self._ready()

    def _ready(self):
        wait_for_port(self.smtp)
        wait_for_port(self.imap)
        pid_file = self.folder / "run" / "master.pid"
        while not (pid_file.exists() and pid_file.read_text().strip()):  # written a little after the ports are open
            time.sleep(0.01)
        self.master = int(pid_file.read_text())

    def restart(self):
        """Dovecot anew; its files stay."""
        subprocess.run(["doveadm", "-c", self.folder / "dovecot.conf", "stop"], check=True, stdout=subprocess.DEVNULL)
        while pathlib.Path(f"/proc/{self.master}").exists():
            time.sleep(0.02)
        subprocess.run(["dovecot", "-c", self.folder / "dovecot.conf"], check=True, stdout=subprocess.DEVNULL)
        self._ready()

    def configure(self, **parameters):
        """Postfix parameters, in force when this returns."""
        for name, value in parameters.items():
            subprocess.run(["postconf", "-c", self.folder / "postfix", "-e", f"{name}={value}"], check=True)
        for verb in ("stop", "start"):
            subprocess.run(["postfix", "-c", self.folder / "postfix", verb], check=True, stderr=subprocess.DEVNULL)
        wait_for_port(self.smtp)

    def memory(self):
        return pss_bytes(descendants(self.master))

    def close(self):
        subprocess.run([self.script, "stop", self.folder], check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        shutil.rmtree(self.folder, ignore_errors=True)
