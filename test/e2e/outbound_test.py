"""Mail of members to other servers: submission, signatures, retries, returns, exactly once."""
import email
import email.policy
import pathlib
import smtplib
import subprocess
import tempfile
import time
import unittest

from case import ANNA, PASSWORDS, TOM, ServerCase, message
from mx import CLOSE, MailExchanger, tls_context
from name_server import NameServer

REMOTE = "friend@remote.example"


class OutboundCase(ServerCase):
    zones = {"remote.example": ["@ MX 10 mx", "mx A 127.0.0.1"], "null.example": ["@ MX 0 ."], "gone.example": ["@ MX 10 nowhere"]}

    @classmethod
    def setUpClass(cls):
        cls.mx = MailExchanger()
        cls.addClassCleanup(cls.mx.close)
        cls.dns = NameServer(cls.zones)
        cls.addClassCleanup(cls.dns.close)
        cls.settings = {"dns.servers": cls.dns.address, "queue.remote_port": str(cls.mx.port), "queue.first_retry": "1s", "queue.longest_retry": "1s",
                        "queue.dead_first": "1s", "queue.dead_longest": "1s", "queue.jitter": "0", "queue.poll_interval": "100ms"}
        super().setUpClass()

    def setUp(self):
        self.mx.answers.clear()
        self.mx.delivered.clear()

    def submit(self, data, to=REMOTE, user=TOM, sender=None, options=()):
        with smtplib.SMTP(*self.server.address("submission"), timeout=30) as client:
            client.ehlo("client.test")
            client.login(user, PASSWORDS[user])
            client.sendmail(sender if sender is not None else user, [to] if isinstance(to, str) else to, data, mail_options=list(options))

    def queue(self):
        """The lines of `posthouse queue list`, without the last, which counts."""
        return self.server.command("queue", "list").stdout.splitlines()[:-1]

    def wait_empty(self, seconds=30):
        deadline = time.monotonic() + seconds
        while lines := self.queue():
            self.assertLess(time.monotonic(), deadline, "\n".join(lines) + self.server.log())
            time.sleep(0.05)

    def report(self, user=TOM):
        """The one report in the user's INBOX, parsed; it is taken out."""
        deadline = time.monotonic() + 30
        while not (found := [data for data in self.stored(user).values() if b"multipart/report" in data]):
            self.assertLess(time.monotonic(), deadline, self.server.log())
            time.sleep(0.05)
        self.assertEqual(len(found), 1)
        client = self.imap(user)
        client.select("INBOX")
        client.store("1:*", "+FLAGS", "\\Deleted")
        client.expunge()
        return email.message_from_bytes(found[0], policy=email.policy.default)


class Submission(OutboundCase):
    def test_mail_reaches_another_server_signed_and_complete(self):
        self.submit(message("to a friend", sender=TOM, headers="Bcc: secret@remote.example\r\n").replace(b"Date:", b"X-Date:"))
        got = self.mx.wait_for(1)[0]
        self.assertEqual((got.sender, got.recipients), (TOM, [REMOTE]))
        self.assertEqual(got.data.count(b"DKIM-Signature:"), 2)
        self.assertIn(b"\r\nDate: ", got.data)
        self.assertNotIn(b"Bcc", got.data)
        self.assertNotIn(b"Return-Path", got.data)
        self.assertNotIn(b"127.0.0.1", got.data, "where it was submitted from is nobody's business")
        self.assertRegex(got.data, rb"Received: by \S+ with ESMTPA id")
        self.wait_empty()

    def test_local_and_remote_recipients_of_one_message(self):
        self.submit(message("to both", sender=TOM), to=[ANNA, REMOTE])
        self.assertEqual(self.mx.wait_for(1)[0].recipients, [REMOTE])
        self.assertIn(b"Return-Path: <tom@example.com>", self.find(b"to both", ANNA))

    def test_one_must_sign_in(self):
        with smtplib.SMTP(*self.server.address("submission"), timeout=30) as client:
            client.ehlo()
            self.assertEqual(client.mail(TOM)[0], 530)
            with self.assertRaises(smtplib.SMTPAuthenticationError) as refused:
                client.login(TOM, "wrong")
            self.assertEqual(refused.exception.smtp_code, 535)

    def test_nobody_sends_as_somebody_else(self):
        with self.assertRaises(smtplib.SMTPSenderRefused) as refused:
            self.submit(message("forged", sender=TOM), sender=ANNA)
        self.assertEqual(refused.exception.smtp_code, 550)
        with self.assertRaises(smtplib.SMTPDataError) as refused:
            self.submit(message("forged", sender=ANNA))
        self.assertEqual(refused.exception.smtp_code, 550)
        self.server.command("member", "alias", TOM, "thomas@example.com")
        self.submit(message("as an alias", sender="Thomas <thomas@example.com>"), sender="thomas@example.com")
        self.mx.wait_for(1)

    def test_the_mx_port_does_not_relay(self):
        with smtplib.SMTP(*self.server.address("smtp"), timeout=30) as client:
            client.ehlo()
            self.assertNotIn("auth", client.esmtp_features)
            client.mail("a@b.test")
            self.assertEqual(client.rcpt(REMOTE)[0], 550)

    def test_mail_can_be_sent_to_be_delivered_later(self):
        self.submit(message("for later", sender=TOM), to=[ANNA, REMOTE], options=["HOLDFOR=3"])
        time.sleep(1)
        self.assertEqual([d.subject() for d in self.mx.delivered], [])
        self.assertFalse([data for data in self.stored(ANNA).values() if b"for later" in data])
        self.mx.wait_for(1)
        self.wait_empty()
        self.find(b"for later", ANNA)


class Retries(OutboundCase):
    def test_a_temporary_refusal_is_tried_again_and_delivered_once(self):
        for step, answer in (("mail", "451 4.3.0 later"), ("rcpt", "450 4.2.0 greylisted"), ("data", "421 4.3.2 going down"), ("end", "452 4.3.1 full"),
                             ("greeting", "421 4.7.0 busy"), ("greeting", CLOSE), ("middle", CLOSE)):
            with self.subTest(step=step, answer=answer):
                self.mx.delivered.clear()
                self.mx.answers[step] = [answer]
                self.submit(message(f"again after {step}", sender=TOM))
                self.mx.wait_for(1)
                self.wait_empty()
                self.assertEqual([d.subject() for d in self.mx.delivered], [f"again after {step}"])

    def test_a_cut_off_answer_is_the_only_way_to_a_second_copy(self):
        self.mx.answers["end"] = [CLOSE]
        self.submit(message("cut off", sender=TOM))
        self.mx.wait_for(2)
        self.wait_empty()
        self.assertEqual(len(self.mx.delivered), 2)

    def test_a_permanent_refusal_returns_the_message(self):
        self.mx.answers["rcpt"] = ["550 5.1.1 no such user here"]
        self.submit(message("nobody there", sender=TOM), to="nobody@remote.example")
        report = self.report()
        self.assertEqual(report.get_content_type(), "multipart/report")
        self.assertIn("5.1.1", report.as_string())
        self.assertIn("nobody@remote.example", report.as_string())
        self.assertIn("no such user here", report.as_string())
        self.wait_empty()
        self.assertEqual([d.subject() for d in self.mx.delivered], [])

    def test_a_domain_that_takes_no_mail_returns_at_once(self):
        for address in ("a@null.example", "a@missing.remote.example"):
            with self.subTest(address=address):
                self.submit(message("nowhere to go", sender=TOM), to=address)
                self.assertIn(address, self.report().as_string())
                self.wait_empty()

    def test_the_operator_holds_releases_routes_and_deletes(self):
        self.mx.answers["mail"] = ["451 4.3.0 later"] * 1000
        self.submit(message("in the queue", sender=TOM))
        deadline = time.monotonic() + 20
        while not any("later" in line for line in self.queue()):
            self.assertLess(time.monotonic(), deadline, self.queue())
            time.sleep(0.05)
        line = self.queue()[0]
        self.assertIn("<friend@remote.example>", line)
        entry = line.split()[0]
        self.server.command("queue", "hold", entry)
        while "held" not in self.queue()[0]:
            self.assertLess(time.monotonic(), deadline, self.queue())
            time.sleep(0.05)
        self.mx.answers.clear()
        time.sleep(1.5)
        self.assertEqual([d.subject() for d in self.mx.delivered], [])
        with MailExchanger() as other:
            self.server.command("queue", "route", entry, "--host", f"127.0.0.1:{other.port}")
            self.server.command("queue", "release", entry)
            other.wait_for(1)
        self.wait_empty()
        self.assertEqual([d.subject() for d in self.mx.delivered], [])
        self.mx.answers["mail"] = ["451 4.3.0 later"] * 1000
        self.submit(message("to be deleted", sender=TOM))
        self.server.command("queue", "delete", "--domain", "remote.example")
        self.wait_empty()

    def test_a_restart_forgets_nothing(self):
        self.mx.answers["mail"] = ["451 4.3.0 later"]
        self.submit(message("over a restart", sender=TOM))
        self.server.kill()
        self.server.start()
        self.mx.wait_for(1)
        self.wait_empty()
        self.assertEqual(self.server.verify().returncode, 0)


class Tls(OutboundCase):
    def test_tls_is_used_where_it_is_offered(self):
        with tempfile.TemporaryDirectory() as folder:
            self.mx.tls = tls_context(pathlib.Path(folder), "mx.remote.example")
            try:
                self.submit(message("private", sender=TOM))
                self.assertTrue(self.mx.wait_for(1)[0].tls)
            finally:
                self.mx.tls = None


class Signatures(OutboundCase):
    def test_dkimpy_accepts_the_signatures_with_the_keys_that_are_printed(self):
        self.submit(message("signed", sender=TOM))
        got = self.mx.wait_for(1)[0]
        zone = self.server.command("domain", "check", "example.com").stdout
        script = """
import re, sys, dkim
zone, data = open(sys.argv[1]).read(), open(sys.argv[2], "rb").read()
keys = {m[0] + ".": "".join(re.findall(r'"([^"]*)"', m[1])).encode() for m in re.findall(r"^(\\S+_domainkey\\S+)\\.\\s+IN TXT\\s+(.*)$", zone, re.M)}
find = lambda name, timeout=5: keys.get(name.decode() if isinstance(name, bytes) else name)
checker = dkim.DKIM(data)
print([checker.verify(idx=i, dnsfunc=find) for i in range(2)])
"""
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            (folder / "zone").write_text(zone)
            (folder / "message").write_bytes(got.data)
            done = subprocess.run(["/usr/bin/python3", "-c", script, folder / "zone", folder / "message"], capture_output=True, text=True)
        self.assertEqual(done.stdout.strip(), "[True, True]", done.stderr + zone)


