"""A bare line connection to a server, for what client libraries do not say: pipelines, odd bytes, IDLE, literals."""
import re
import socket
import ssl

SECONDS = 30


class Wire:
    def __init__(self, address, tls=None, seconds=SECONDS):
        """`address`: (host, port), or a unix socket's path. `tls`: an ssl.SSLContext for TLS from the first byte."""
        if isinstance(address, tuple):
            self.socket = socket.create_connection(address, timeout=seconds)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        else:
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.settimeout(seconds)
            self.socket.connect(str(address))
        if tls:
            self.socket = tls.wrap_socket(self.socket)
        self.buffer = b""

    def start_tls(self, context=None):
        self.socket = (context or unverified_tls()).wrap_socket(self.socket)

    def send(self, data):
        self.socket.sendall(data.encode() if isinstance(data, str) else data)

    def line(self):
        """The next line without its end; None when the server closed."""
        while b"\n" not in self.buffer:
            more = self._receive()
            if not more:
                return None
            self.buffer += more
        line, _, self.buffer = self.buffer.partition(b"\n")
        return line.rstrip(b"\r").decode("utf-8", "surrogateescape")

    def exactly(self, size):
        parts, have = [self.buffer], len(self.buffer)
        while have < size:
            more = self._receive()
            if not more:
                raise ConnectionError("closed inside a literal")
            parts.append(more)
            have += len(more)
        data = b"".join(parts)
        self.buffer = data[size:]
        return data[:size]

    def _receive(self):
        try:
            return self.socket.recv(1 << 18)
        except ConnectionResetError:
            return b""

    def closed(self):
        """True when the server closes without another byte."""
        return self.line() is None

    # --- SMTP and LMTP ---

    def reply(self):
        """(code, [texts]) of one reply; (None, []) when the server closed."""
        texts = []
        while True:
            line = self.line()
            if line is None:
                return None, texts
            texts.append(line[4:])
            if line[3:4] != "-":
                return int(line[:3]), texts

    def smtp(self, command):
        self.send(command + "\r\n")
        return self.reply()

    # --- IMAP ---

    def imap(self, command, tag="a"):
        """Sends one tagged command; returns (status, text, untagged): untagged lines hold literals where they stood."""
        self.send(f"{tag} {command}\r\n")
        return self.until_tagged(tag)

    def until_tagged(self, tag="a"):
        untagged = []
        while True:
            line = self.imap_line()
            if line is None:
                raise ConnectionError("closed before the tagged response")
            if line.startswith(tag + " "):
                status, _, text = line[len(tag) + 1:].partition(" ")
                return status, text, untagged
            untagged.append(line)

    def imap_line(self):
        """A response with its literals in place; None when the server closed."""
        whole = ""
        while True:
            line = self.line()
            if line is None:
                return None
            whole += line
            literal = re.search(r"~?\{(\d+)\}$", line)
            if not literal:
                return whole
            whole += "\r\n" + self.exactly(int(literal.group(1))).decode("utf-8", "surrogateescape")

    def login(self, user, password):
        assert self.line().startswith("* "), "no greeting"
        status, text, _ = self.imap(f'LOGIN "{user}" "{password}"')
        assert status == "OK", text
        return self

    def close(self):
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def unverified_tls():
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
