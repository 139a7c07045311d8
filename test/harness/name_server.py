"""A real nsd on loopback that answers for the zones of a test.

    with NameServer({"remote.example": ["@ MX 10 mx", "mx A 127.0.0.2"]}) as dns:
        settings["dns.servers"] = dns.address
"""
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time

SOA = "@ 60 SOA ns hostmaster 1 3600 600 86400 60\n@ 60 NS ns\nns 60 A 127.0.0.1\n"


def free_port():
    """Free for UDP and TCP, as of now."""
    while True:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as stream, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
            stream.bind(("127.0.0.1", 0))
            try:
                datagrams.bind(stream.getsockname())
            except OSError:
                continue
            return stream.getsockname()[1]


class NameServer:
    def __init__(self, zones):
        """`zones`: {name: [record line without TTL]}."""
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="posthouse-dns-"))
        self.zones = "".join(f'zone:\n  name: "{name}"\n  zonefile: "{name}.zone"\n' for name in zones)
        for name, records in zones.items():
            self.write(name, records)
        self.log = open(self.folder / "log", "wb")
        for _ in range(5):  # somebody else may take the port before nsd does
            self.port = free_port()
            self.address = f"127.0.0.1:{self.port}"
            if self._start():
                return
        raise AssertionError(f"nsd does not start:\n{(self.folder / 'log').read_text()}")

    def _start(self):
        (self.folder / "nsd.conf").write_text(
            f'server:\n  ip-address: 127.0.0.1@{self.port}\n  username: ""\n  chroot: ""\n  database: ""\n  zonesdir: "{self.folder}"\n'
            f'  pidfile: "{self.folder}/pid"\n  xfrdfile: "{self.folder}/xfrd"\n  zonelistfile: "{self.folder}/zones"\n  server-count: 1\n'
            f"remote-control:\n  control-enable: no\n{self.zones}")
        self.process = subprocess.Popen(["nsd", "-d", "-c", self.folder / "nsd.conf"], stdout=self.log, stderr=self.log)
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return True
            except OSError:
                time.sleep(0.02)
        self.process.kill()
        self.process.wait()
        return False

    def write(self, name, records):
        (self.folder / f"{name}.zone").write_text(f"$ORIGIN {name}.\n$TTL 60\n{SOA}" + "\n".join(records) + "\n")

    def close(self):
        self.process.terminate()
        self.process.wait()
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
