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
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class NameServer:
    def __init__(self, zones):
        """`zones`: {name: [record line without TTL]}."""
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="posthouse-dns-"))
        self.port = free_port()
        self.address = f"127.0.0.1:{self.port}"
        text = (f'server:\n  ip-address: 127.0.0.1@{self.port}\n  username: ""\n  chroot: ""\n  database: ""\n  zonesdir: "{self.folder}"\n'
                f'  pidfile: "{self.folder}/pid"\n  xfrdfile: "{self.folder}/xfrd"\n  zonelistfile: "{self.folder}/zones"\n  server-count: 1\n'
                f"remote-control:\n  control-enable: no\n")
        for name, records in zones.items():
            self.write(name, records)
            text += f'zone:\n  name: "{name}"\n  zonefile: "{name}.zone"\n'
        (self.folder / "nsd.conf").write_text(text)
        self.log = open(self.folder / "log", "wb")
        self.process = subprocess.Popen(["nsd", "-d", "-c", self.folder / "nsd.conf"], stdout=self.log, stderr=self.log)
        self._wait()

    def write(self, name, records):
        (self.folder / f"{name}.zone").write_text(f"$ORIGIN {name}.\n$TTL 60\n{SOA}" + "\n".join(records) + "\n")

    def _wait(self):
        deadline = time.monotonic() + 10
        while True:
            try:
                return socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise AssertionError(f"nsd does not answer:\n{(self.folder / 'log').read_text()}")
                time.sleep(0.02)

    def close(self):
        self.process.terminate()
        self.process.wait()
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
