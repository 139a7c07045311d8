"""SMTP and LMTP with swaks, curl, smtplib and bare bytes; what arrives is compared over IMAP."""
import base64
import re
import tempfile

from case import ANNA, TOM, ServerCase, message
from wire import Wire, unverified_tls


class Swaks(ServerCase):
    def swaks(self, *words, check=True):
        return self.run_client("swaks", "--from", "sender@remote.test", "--timeout", "30", *words, check=check)

    def test_plain(self):
        host, port = self.server.address("smtp")
        self.swaks("--server", host, "--port", port, "--to", TOM, "--header", "Subject: swaks plain", "--body", "one line")
        data = self.find(b"Subject: swaks plain")
        self.assertTrue(data.startswith(b"Return-Path: <sender@remote.test>\r\n"), data[:200])
        self.assertIn(b"Received: from ", data)
        self.assertTrue(data.rstrip().endswith(b"one line"))

    def test_starttls(self):
        host, port = self.server.address("smtp")
        done = self.swaks("--server", host, "--port", port, "--tls", "--to", TOM, "--header", "Subject: swaks tls")
        self.assertIn(b"TLS started with cipher", done.stdout)
        self.assertIn(b"with ESMTPS", self.find(b"Subject: swaks tls"))

    def test_lmtp_over_unix_socket(self):
        self.swaks("--protocol", "LMTP", "--socket", self.server.lmtp_socket, "--to", f"{TOM},{ANNA}", "--header", "Subject: swaks lmtp")
        self.find(b"Subject: swaks lmtp")
        self.assertIn(b"with LMTP", self.find(b"Subject: swaks lmtp", ANNA))

    def test_unknown_recipient_is_refused(self):
        host, port = self.server.address("smtp")
        done = self.swaks("--server", host, "--port", port, "--to", "nobody@example.com", check=False)
        self.assertEqual(done.returncode, 24, done.stdout)
        self.assertIn(b"550 5.1.1", done.stdout)

    def test_no_relay(self):
        host, port = self.server.address("smtp")
        done = self.swaks("--server", host, "--port", port, "--to", "somebody@elsewhere.test", check=False)
        self.assertEqual(done.returncode, 24, done.stdout)
        self.assertIn(b"550 5.7.1", done.stdout)


class Curl(ServerCase):
    def test_sends_and_reads(self):
        data = message("from curl")
        with tempfile.NamedTemporaryFile() as file:
            file.write(data)
            file.flush()
            self.run_client("curl", "-sS", "--mail-from", "sender@remote.test", "--mail-rcpt", TOM, "-T", file.name,
                            f"smtp://127.0.0.1:{self.server.port('smtp')}/client.test")
        url = f"imap://127.0.0.1:{self.server.port('imap')}"
        sign_in = ["curl", "-sS", "-u", f"{TOM}:tom's secret"]
        listed = self.run_client(*sign_in, f"{url}/").stdout
        for name in (b"INBOX", b"Drafts", b"Sent", b"Junk", b"Trash", b"Archive"):
            self.assertIn(name, listed)
        found = self.run_client(*sign_in, f"{url}/INBOX?SUBJECT%20%22from%20curl%22").stdout.split()
        self.assertEqual(len(found), 3, found)
        body = self.run_client(*sign_in, f"{url}/INBOX;MAILINDEX={found[2].decode()}").stdout
        self.assertTrue(body.endswith(data), body)
        with tempfile.NamedTemporaryFile() as file:
            file.write(message("appended by curl"))
            file.flush()
            self.run_client(*sign_in, "-T", file.name, f"{url}/Archive")
        self.find(b"appended by curl", mailbox="Archive")

    def test_reads_over_tls(self):
        self.deliver(message("over tls"))
        # The certificate is the server's own; its authority is what a client trusts, the name is resolved here.
        url = f"imaps://localhost:{self.server.port('imaps')}/INBOX?ALL"
        done = self.run_client("curl", "-sS", "--cacert", self.server.ca_file(), "-u", f"{TOM}:tom's secret", url)
        self.assertIn(b"* SEARCH", done.stdout)


class Smtplib(ServerCase):
    def test_several_recipients_one_body(self):
        refused = self.smtp().sendmail("sender@remote.test", [TOM, ANNA, "nobody@example.com"], message("to several"))
        self.assertEqual({name: code for name, (code, _) in refused.items()}, {"nobody@example.com": 550})
        tom, anna = self.find(b"to several"), self.find(b"to several", ANNA)
        self.assertEqual(tom.split(b"\r\n\r\n")[1], anna.split(b"\r\n\r\n")[1])

    def test_plus_address_and_case(self):
        self.smtp().sendmail("sender@remote.test", ["TOM+shop@EXAMPLE.com"], message("plus address"))
        self.find(b"plus address")

    def test_postmaster_and_abuse_are_reached(self):
        refused = self.smtp().sendmail("sender@remote.test", ["postmaster@example.com", "abuse@example.com"], message("role"))
        self.assertEqual(refused, {})

    def test_8bit_body_is_kept(self):
        data = message("8 bit", headers="Content-Type: text/plain; charset=gb18030\r\n").replace(b"Hello.", "你好，世界".encode("gb18030"))
        self.smtp().sendmail("sender@remote.test", [TOM], data, mail_options=["BODY=8BITMIME"])
        self.assertTrue(self.find(b"Subject: 8 bit").endswith(data))

    def test_utf8_addresses(self):
        self.server.add_member("张三@example.com", "secret")
        client = self.smtp()
        client.ehlo()
        client.sendmail("李四@remote.test", ["张三@example.com"], message("smtputf8"), mail_options=["SMTPUTF8"])
        wire = self.wire()
        wire.line()
        status, text, _ = wire.imap('AUTHENTICATE PLAIN ' + base64.b64encode("\0张三@example.com\0secret".encode()).decode())
        self.assertEqual(status, "OK", text)
        self.assertIn("* 1 EXISTS", wire.imap("SELECT INBOX")[2])

    def test_dots_are_unstuffed(self):
        data = message("dots", body=".\r\n..\r\n...a\r\n.b\r\n")
        self.deliver(data)
        self.assertTrue(self.find(b"Subject: dots").endswith(data))

    def test_a_large_message(self):
        data = message("large", body="0123456789abcdef" * 64 + "\r\n") + b"".join(b"%070d\r\n" % i for i in range(250_000))
        self.deliver(data)
        self.assertTrue(self.find(b"Subject: large").endswith(data))

    def test_size_is_refused_before_data(self):
        client = self.smtp()
        client.ehlo()
        self.assertTrue(client.has_extn("size"))
        code, text = client.mail("sender@remote.test", ["SIZE=99999999999"])
        self.assertEqual((code, text[:5]), (552, b"5.3.4"))

    def test_many_messages_in_one_session(self):
        client = self.smtp()
        for i in range(200):
            client.sendmail("sender@remote.test", [ANNA], message(f"many {i:03}"))
        found = self.stored(ANNA).values()
        for i in range(200):
            self.assertEqual(sum(b"Subject: many %03d\r\n" % i in data for data in found), 1)

    def test_starttls_forgets_the_session(self):
        client = self.smtp()
        client.ehlo("client.test")
        client.mail("sender@remote.test")
        client.starttls(context=unverified_tls())
        self.assertEqual(client.docmd("RCPT", f"TO:<{TOM}>")[0], 503)


class Bytes(ServerCase):
    def test_bdat_binary(self):
        wire = self.wire("smtp")
        wire.reply()
        self.assertIn("BINARYMIME", wire.smtp("EHLO client.test")[1])
        data = message("chunked", headers="Content-Transfer-Encoding: binary\r\n", body="") + bytes(range(256)) + b"\nno end"
        wire.send(f"MAIL FROM:<sender@remote.test> BODY=BINARYMIME\r\nRCPT TO:<{TOM}>\r\n")
        self.assertEqual([wire.reply()[0], wire.reply()[0]], [250, 250])
        half = len(data) // 2
        wire.send(b"BDAT %d\r\n" % half + data[:half] + b"BDAT %d LAST\r\n" % (len(data) - half) + data[half:])
        self.assertEqual([wire.reply()[0], wire.reply()[0]], [250, 250])
        # A literal of BODY[] cannot have NUL (RFC 9051 4.3.1); BINARY gives every byte.
        self.assertTrue(self.find(b"Subject: chunked").endswith(data.replace(b"\0", b" ")))
        wire = self.wire("imap", user=TOM)
        wire.imap("SELECT INBOX")
        number = re.search(r"\d+", "".join(wire.imap("SEARCH SUBJECT chunked")[2]))[0]
        fetched = "".join(wire.imap(f"FETCH {number} (BINARY.PEEK[1])")[2]).encode("utf-8", "surrogateescape")
        self.assertIn(bytes(range(256)) + b"\nno end", fetched)

    def test_pipelined_transactions(self):
        wire = self.wire("smtp")
        wire.reply()
        wire.smtp("EHLO client.test")
        one = f"MAIL FROM:<sender@remote.test>\r\nRCPT TO:<{TOM}>\r\nDATA\r\n"
        wire.send(one)
        self.assertEqual([wire.reply()[0] for _ in range(3)], [250, 250, 354])
        wire.send(message("pipelined 1") + b"\r\n.\r\n" + one.encode())
        self.assertEqual([wire.reply()[0] for _ in range(4)], [250, 250, 250, 354])
        wire.send(message("pipelined 2") + b"\r\n.\r\nQUIT\r\n")
        self.assertEqual([wire.reply()[0], wire.reply()[0]], [250, 221])
        self.find(b"pipelined 1")
        self.find(b"pipelined 2")

    def test_only_crlf_dot_crlf_ends_data(self):
        smuggled = b"MAIL FROM:<evil@remote.test>\r\nRCPT TO:<%s>\r\nDATA\r\nSubject: smuggled\r\n\r\n\r\n.\r\n" % TOM.encode()
        for number, end in enumerate((b"\n.\n", b"\n.\r\n", b"\r\n.\n", b"\r.\r", b"\r\n.\r", b"\n.\r", b"\r.\r\n", b"\r\n\0.\r\n")):
            with self.subTest(end=end):
                wire = self.wire("smtp")
                wire.reply()
                for command in ("EHLO client.test", "MAIL FROM:<sender@remote.test>", f"RCPT TO:<{TOM}>", "DATA"):
                    code, _ = wire.smtp(command)
                self.assertEqual(code, 354)
                wire.send(message(f"smuggler {number}") + end + smuggled + b"QUIT\r\n")
                codes = []
                while (code := wire.reply()[0]) is not None:
                    codes.append(code)
                self.assertLessEqual(len([c for c in codes if c == 250]), 1, codes)
        self.assertFalse([d for d in self.stored().values() if b"\r\nSubject: smuggled" in d.split(b"\r\n\r\n")[0]])

    def test_nothing_survives_starttls(self):
        wire = self.wire("smtp")
        wire.reply()
        wire.smtp("EHLO client.test")
        wire.send("STARTTLS\r\nMAIL FROM:<injected@remote.test>\r\n")
        code = wire.reply()[0]
        if code == 220:  # the injected command must not be answered after the handshake
            try:
                wire.start_tls()
            except OSError:
                return
            self.assertEqual(wire.smtp("NOOP")[0], 250)
            self.assertEqual(wire.smtp(f"RCPT TO:<{TOM}>")[0], 503)

    def test_lmtp_answers_for_each_recipient(self):
        with Wire(self.server.lmtp_socket) as wire:
            wire.reply()
            self.assertEqual(wire.smtp("EHLO client.test")[0], 500)
            wire.smtp("LHLO client.test")
            for command in ("MAIL FROM:<>", f"RCPT TO:<{TOM}>", "RCPT TO:<nobody@example.com>", f"RCPT TO:<{ANNA}>", "DATA"):
                wire.smtp(command)
            wire.send(message("lmtp raw") + b"\r\n.\r\n")
            self.assertEqual([wire.reply()[0], wire.reply()[0]], [250, 250])
            self.assertEqual(wire.smtp("QUIT")[0], 221)
        self.find(b"lmtp raw")
        self.find(b"lmtp raw", ANNA)
