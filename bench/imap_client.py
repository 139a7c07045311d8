"""A client that costs little beside the server it measures: one socket, large reads, and only the end of what came is looked at."""
import re
import socket
import ssl
import time

CHUNK = 1 << 20


class Imap:
    def __init__(self, port, user=None, password=None, tls=False):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=300)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            self.socket = context.wrap_socket(self.socket)
        self.space = bytearray(CHUNK)
        self._until(b"* ")
        if user:
            self.command(f"LOGIN {user} {password}")

    def _until(self, start):
        """Reads until a whole last line begins with `start`; returns the last bytes read."""
        tail = b""
        while True:
            count = self.socket.recv_into(self.space)
            if not count:
                raise ConnectionError("the server closed: " + tail[-200:].decode(errors="replace"))
            tail = (tail + self.space[:count])[-4096:]
            if tail.endswith(b"\r\n") and tail[tail.rfind(b"\n", 0, -1) + 1:].startswith(start):
                return tail

    def command(self, text):
        """One command; raises unless it is answered OK. Returns the last bytes of the answer."""
        self.socket.sendall(f"t {text}\r\n".encode())
        tail = self._until(b"t ")
        if not tail[tail.rfind(b"\n", 0, -1) + 1:].startswith(b"t OK"):
            raise RuntimeError(f"{text[:100]}: {tail[-200:].decode(errors='replace')}")
        return tail

    def timed(self, text):
        """Seconds that the command took."""
        began = time.perf_counter()
        self.command(text)
        return time.perf_counter() - began

    def pipeline(self, commands, count):
        """Sends `count` commands tagged p1..pN in one write and reads until the last is answered."""
        self.socket.sendall(commands)
        last = b"p%d " % count
        tail = self._until(last)
        if not tail[tail.rfind(b"\n", 0, -1) + 1:].startswith(last + b"OK"):
            raise RuntimeError(tail[-200:].decode(errors="replace"))

    def idle(self):
        self.socket.sendall(b"t IDLE\r\n")
        self._until(b"+")

    def message_count(self, mailbox):
        return int(re.search(rb"\(MESSAGES (\d+)\)", self.command(f"STATUS {mailbox} (MESSAGES)")).group(1))

    def close(self):
        self.socket.close()
