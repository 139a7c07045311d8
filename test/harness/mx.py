"""Another company's mail server, as a test wants it to behave: it keeps what it takes, and each step can be told what to answer.

    with MailExchanger() as mx:                          # on a port of 127.0.0.1
        mx.answers["data"] = ["451 4.3.0 not now"]       # the first message is refused for now; then as usual
"""
import socket
import socketserver
import ssl
import threading
import time

CLOSE = "close"  # an answer: the connection ends instead


class Delivered:
    def __init__(self, sender, recipients, data, tls, hello):
        self.sender, self.recipients, self.data, self.tls, self.hello = sender, recipients, data, tls, hello

    def subject(self):
        return self.data.partition(b"Subject: ")[2].partition(b"\r\n")[0].decode()


class MailExchanger:
    """`answers`: {step: [answer...]}, used up from the front; steps: greeting, ehlo, mail, rcpt, data, end, middle (a CLOSE there cuts the data).
    An answer may be a function that returns one, after a pause for example. `usual`: {step: answer} in place of the usual one."""

    def __init__(self, port=0, address="127.0.0.1", tls=None, extensions=("PIPELINING", "8BITMIME", "SMTPUTF8", "SIZE 50000000")):
        self.answers, self.usual, self.delivered, self.connections, self.lock = {}, {}, [], 0, threading.Lock()
        self.tls, self.extensions = tls, extensions
        outer = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self):
                try:
                    Session(outer, self).run()
                except OSError:
                    pass

        class Threads(socketserver.ThreadingTCPServer):
            daemon_threads, allow_reuse_address, request_queue_size = True, True, 1024

        self.server = Threads((address, port), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, step, usual):
        with self.lock:
            planned = self.answers.get(step)
            chosen = planned.pop(0) if planned else self.usual.get(step, usual)
        return chosen() if callable(chosen) else chosen

    def wait_for(self, count, seconds=15):
        deadline = time.monotonic() + seconds
        while len(self.delivered) < count:
            if time.monotonic() > deadline:
                raise AssertionError(f"{len(self.delivered)} of {count} messages arrived")
            time.sleep(0.02)
        return self.delivered

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Session:
    def __init__(self, mx, handler):
        self.mx, self.handler, self.file = mx, handler, handler.rfile
        self.socket, self.hello, self.secure = handler.request, "", False
        with mx.lock:
            mx.connections += 1

    def say(self, text):
        """False when it ended the connection instead."""
        if text == CLOSE:
            self.socket.shutdown(socket.SHUT_RDWR)
            self.socket.close()
            return False
        self.socket.sendall(text.encode() + b"\r\n")
        return True

    def run(self):
        if not self.say(self.mx.answer("greeting", "220 mx.test ESMTP")):
            return
        sender, recipients = None, []
        while line := self.file.readline():
            word = line.strip().decode(errors="replace")
            verb = word.split(":")[0].split(" ")[0].upper()
            if verb in ("EHLO", "HELO"):
                self.hello = word[5:]
                lines = ["mx.test", *self.mx.extensions] + (["STARTTLS"] if self.mx.tls and not self.secure else [])
                usual = "\r\n".join(f"250{'-' if n < len(lines) - 1 else ' '}{each}" for n, each in enumerate(lines))
                if not self.say(self.mx.answer("ehlo", usual)):
                    return
            elif verb == "STARTTLS" and self.mx.tls:
                self.say("220 go")
                self.socket = self.mx.tls.wrap_socket(self.socket, server_side=True)
                self.file, self.secure = self.socket.makefile("rb"), True
            elif verb == "MAIL":
                answer = self.mx.answer("mail", "250 2.1.0 ok")
                sender, recipients = (word[word.index("<") + 1:word.index(">")] if answer.startswith("2") else None), []
                if not self.say(answer):
                    return
            elif verb == "RCPT":
                answer = self.mx.answer("rcpt", "250 2.1.5 ok") if sender is not None else "503 5.5.1 no sender"
                if answer.startswith("2"):
                    recipients.append(word[word.index("<") + 1:word.index(">")])
                if not self.say(answer):
                    return
            elif verb == "DATA":
                answer = self.mx.answer("data", "354 go on" if recipients else "554 no recipients")
                if not self.say(answer):
                    return
                if answer.startswith("354") and not self.take_data(sender, recipients):
                    return
            elif verb == "QUIT":
                self.say("221 bye")
                return
            elif not self.say("250 2.0.0 ok" if verb in ("RSET", "NOOP") else "500 5.5.1 what"):
                return

    def take_data(self, sender, recipients):
        if self.mx.answer("middle", "") == CLOSE:
            self.file.readline()
            return self.say(CLOSE)
        lines = []
        while (line := self.file.readline()) != b".\r\n":
            if not line:
                return False
            lines.append(line[1:] if line.startswith(b".") else line)
        answer = self.mx.answer("end", "250 2.0.0 taken")
        if answer.startswith("250") or answer == CLOSE:
            with self.mx.lock:
                self.mx.delivered.append(Delivered(sender, list(recipients), b"".join(lines), self.secure, self.hello))
        return self.say(answer)


def tls_context(folder, name):
    """A server's context with a certificate of its own for `name`."""
    import subprocess
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30", "-subj", f"/CN={name}",
                    "-addext", f"subjectAltName=DNS:{name}", "-keyout", folder / "mx.key", "-out", folder / "mx.crt"], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "mx.crt", folder / "mx.key")
    return context
