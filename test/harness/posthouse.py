"""A Posthouse server of its own for a test: a temporary data folder, free loopback ports, the release binary.

    with Server() as server:                       # company example.com
        server.add_member("tom@example.com", "secret")
        server.start()
        host, port = server.address("smtp")

The binary is build/release/posthouse, or what POSTHOUSE_BINARY names. Whatever the server logged is shown when a test fails to reach it.
"""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BINARY = pathlib.Path(os.environ.get("POSTHOUSE_BINARY", ROOT / "build" / "release" / "posthouse"))
READY_SECONDS = 30
STOP_SECONDS = 30


class Server:
    def __init__(self, domain="example.com", data=None, settings=None):
        """`data`: an existing folder to use as it is (it stays); otherwise a temporary one with `domain` set up."""
        self._temporary = None if data else tempfile.mkdtemp(prefix="posthouse-")
        self.folder = pathlib.Path(data or self._temporary)
        self.data = self.folder / "data"
        self.log_path = self.folder / "server.log"
        self.lmtp_socket = self.folder / "lmtp"
        self.process = None
        self.settings = {
            "smtp.listen": "127.0.0.1:0",
            "lmtp.listen": f"unix:{self.lmtp_socket}",
            "submission.listen": "127.0.0.1:0",
            "submissions.listen": "127.0.0.1:0",
            "imap.listen": "127.0.0.1:0",
            "imaps.listen": "127.0.0.1:0",
            "http.listen": "127.0.0.1:0",
            "imap.allow_plaintext_login": "true",
            "submission.allow_plaintext_login": "true",
            "dns.servers": "127.0.0.1:9",  # nobody answers there: a test that needs DNS brings its own
            "dns.trust_anchor": "none",
            "queue.loopback": "true",
            **(settings or {}),
        }
        if domain and not self.data.exists():
            self.command("quickstart", domain)

    # --- the command line ---

    def command(self, *words, stdin="", check=True):
        """Runs `posthouse WORDS --data DIR`; returns the finished process (text output)."""
        done = subprocess.run([BINARY, *words, "--data", self.data], input=stdin, capture_output=True, text=True, timeout=120)
        if check and done.returncode != 0:
            raise AssertionError(f"posthouse {' '.join(map(str, words))} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return done

    def add_domain(self, name, *options):
        self.command("domain", "add", name, *options)

    def add_member(self, address, password, *options):
        self.command("member", "add", address, "--password-stdin", *options, stdin=password + "\n")

    # --- the process ---

    def start(self, **process_options):
        listeners = self.data / "run" / "listeners.json"
        listeners.unlink(missing_ok=True)
        words = [BINARY, "serve", "--data", self.data]
        for name, value in self.settings.items():
            words += ["--set", f"{name}={value}"]
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=log, stderr=log, **process_options)
        deadline = time.monotonic() + READY_SECONDS
        while not listeners.exists():
            if self.process.poll() is not None:
                raise AssertionError(f"the server ended with {self.process.returncode} before it was ready:\n{self.log()}")
            if time.monotonic() > deadline:
                raise AssertionError(f"the server was not ready after {READY_SECONDS} s:\n{self.log()}")
            time.sleep(0.005)
        self.listeners = json.loads(listeners.read_text())
        return self

    def address(self, name):
        """(host, port) of a TCP listener: smtp, imap, imaps, http."""
        bound = self.listeners[name]
        host, _, port = (bound[0] if isinstance(bound, list) else bound).rpartition(":")
        return host, int(port)

    def port(self, name):
        return self.address(name)[1]

    def signal(self, number):
        self.process.send_signal(number)

    def stop(self):
        """SIGTERM; returns the exit code."""
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"the server did not end {STOP_SECONDS} s after SIGTERM:\n{self.log()}")

    def kill(self):
        self.process.kill()
        self.process.wait()

    def restart(self):
        self.stop()
        return self.start()

    def running(self):
        return self.process is not None and self.process.poll() is None

    def log(self, lines=60):
        return "\n".join(self.log_path.read_text(errors="replace").splitlines()[-lines:]) if self.log_path.exists() else ""

    def verify(self):
        return self.command("verify", check=False)

    def ca_file(self):
        """The certificate of the authority that the server made for itself."""
        found = sorted(self.data.rglob("ca*.pem")) + sorted(self.data.rglob("ca*.crt"))
        return next(path for path in found if b"BEGIN CERTIFICATE" in path.read_bytes())

    def close(self):
        if self.running():
            self.kill()
        if self._temporary:
            shutil.rmtree(self._temporary, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
