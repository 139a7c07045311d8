"""The program: ready, signals, command line, health and metrics, restarts."""
import signal
import socket
import ssl
import subprocess
import time
import unittest
import urllib.error
import urllib.request

from case import TOM, ServerCase, message
from posthouse import BINARY, ROOT, Server
from wire import Wire, unverified_tls


class Process(unittest.TestCase):
    def setUp(self):
        self.server = Server()
        self.addCleanup(self.server.close)
        self.server.add_member(TOM, "secret")
        self.server.start()

    def wire(self, name):
        wire = Wire(self.server.address(name))
        self.addCleanup(wire.close)
        return wire

    def test_sigterm_says_goodbye_and_ends_with_0(self):
        idle, greeted, smtp = self.wire("imap").login(TOM, "secret"), self.wire("imap"), self.wire("smtp")
        idle.imap("SELECT INBOX")
        idle.send("i IDLE\r\n")
        idle.line()
        greeted.line()
        smtp.reply()
        self.assertEqual(self.server.stop(), 0)
        self.assertTrue(idle.line().startswith("* BYE"))
        self.assertTrue(greeted.line().startswith("* BYE"))
        self.assertEqual(smtp.reply()[0], 421)
        self.assertEqual(self.server.verify().returncode, 0)

    def test_mail_outlives_a_restart(self):
        wire = self.wire("imap").login(TOM, "secret")
        data = message("kept").decode()
        self.assertEqual(wire.imap(f"APPEND INBOX (\\Flagged kept) {{{len(data)}+}}\r\n{data}")[0], "OK")
        before = wire.imap("SELECT INBOX")[2]
        self.server.restart()
        wire = self.wire("imap").login(TOM, "secret")
        self.assertEqual([line for line in wire.imap("SELECT INBOX")[2] if "RECENT" not in line], [line for line in before if "RECENT" not in line])
        fetched = "".join(wire.imap("FETCH 1 (FLAGS BODY.PEEK[])")[2])
        self.assertIn(data, fetched)
        self.assertIn("\\Flagged", fetched)

    def test_bodies_of_expunged_mail_are_collected(self):
        self.server.settings |= {"store.collect_every": "1s", "store.collect_grace": "1s"}
        self.server.restart()
        wire = self.wire("imap").login(TOM, "secret")
        for subject in ("stays", "goes"):
            data = message(subject).decode()
            wire.imap(f"APPEND INBOX {{{len(data)}+}}\r\n{data}")
        wire.imap("SELECT INBOX")
        wire.imap("STORE 2 +FLAGS.SILENT (\\Deleted)")
        wire.imap("EXPUNGE")
        address = self.server.address("http")
        deadline = time.monotonic() + 30
        while b"posthouse_store_bodies_collected_total 1" not in urllib.request.urlopen(f"http://{address[0]}:{address[1]}/metrics").read():
            self.assertLess(time.monotonic(), deadline, self.server.log())
            time.sleep(0.1)
        self.assertIn("Subject: stays", "".join(wire.imap("FETCH 1 (BODY.PEEK[])")[2]))
        self.assertEqual(self.server.verify().returncode, 0)

    def test_a_second_server_on_the_same_data_is_refused(self):
        second = Server(domain=None, data=self.server.folder)
        self.addCleanup(second.close)
        second.log_path = self.server.folder / "second.log"
        listeners = (self.server.data / "run" / "listeners.json").read_bytes()
        with self.assertRaisesRegex(AssertionError, "ended with"):
            second.start()
        (self.server.data / "run" / "listeners.json").write_bytes(listeners)
        self.assertEqual(self.wire("smtp").reply()[0], 220)

    def test_member_added_while_running(self):
        self.server.add_member("late@example.com", "secret")
        wire = self.wire("smtp")
        wire.reply()
        for command in ("EHLO c.test", "MAIL FROM:<>", "RCPT TO:<late@example.com>", "RCPT TO:<never@example.com>"):
            code, _ = wire.smtp(command)
            self.assertEqual(code, 550 if "never" in command else 250)
        # The answer "unknown" is not remembered past the change that makes it wrong.
        self.server.add_member("never@example.com", "secret")
        self.assertEqual(wire.smtp("RCPT TO:<never@example.com>")[0], 250)
        self.wire("imap").login("never@example.com", "secret")

    def test_listeners_file_names_real_ports(self):
        for name in ("smtp", "imap", "imaps", "http"):
            with socket.create_connection(self.server.address(name), timeout=10):
                pass


class Certificates(unittest.TestCase):
    def serial(self, server):
        with socket.create_connection(server.address("imaps"), timeout=10) as plain, unverified_tls().wrap_socket(plain) as tls:
            return tls.getpeercert(binary_form=True)

    def make_certificate(self, folder, name):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", f"/CN={name}",
                        "-addext", f"subjectAltName=DNS:{name}", "-keyout", folder / "key.pem", "-out", folder / "cert.pem"], check=True, capture_output=True)

    def test_sighup_reloads_files(self):
        server = Server()
        self.addCleanup(server.close)
        self.make_certificate(server.folder, "first.test")
        server.settings.update({"tls.certificate": server.folder / "cert.pem", "tls.key": server.folder / "key.pem"})
        server.start()
        first = self.serial(server)
        self.assertEqual(first, ssl.PEM_cert_to_DER_cert((server.folder / "cert.pem").read_text()))
        self.make_certificate(server.folder, "second.test")
        self.assertEqual(self.serial(server), first)
        server.signal(signal.SIGHUP)
        deadline = time.monotonic() + 10
        while self.serial(server) == first and time.monotonic() < deadline:
            time.sleep(0.05)
        self.assertEqual(self.serial(server), ssl.PEM_cert_to_DER_cert((server.folder / "cert.pem").read_text()))

    def test_a_bad_file_keeps_the_old_certificate(self):
        server = Server()
        self.addCleanup(server.close)
        self.make_certificate(server.folder, "first.test")
        server.settings.update({"tls.certificate": server.folder / "cert.pem", "tls.key": server.folder / "key.pem"})
        server.start()
        first = self.serial(server)
        (server.folder / "cert.pem").write_text("nonsense")
        server.signal(signal.SIGHUP)
        time.sleep(0.5)
        self.assertTrue(server.running())
        self.assertEqual(self.serial(server), first)


class Web(ServerCase):
    def get(self, path):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.server.port('http')}{path}", timeout=10) as answer:
            return answer.status, answer.read().decode()

    def test_health(self):
        self.assertEqual(self.get("/healthz")[0], 200)

    def test_metrics_count_what_happens(self):
        self.deliver(message("counted"))
        status, text = self.get("/metrics")
        self.assertEqual(status, 200)
        self.assertIn('\nposthouse_delivery_copies_total{result="stored"} 1\n', text)

    def test_unknown_path(self):
        with self.assertRaises(urllib.error.HTTPError) as error:
            self.get("/nothing")
        self.assertEqual(error.exception.code, 404)


class CommandLine(ServerCase):
    def test_version(self):
        self.assertRegex(self.run_client(BINARY, "version").stdout.decode(), r"\d+\.\d+")

    def test_config_reference_is_the_committed_page(self):
        shown = self.run_client(BINARY, "config", "reference").stdout.decode()
        self.assertEqual(shown, (ROOT / "doc" / "config.md").read_text())

    def test_a_wrong_setting_is_named(self):
        server = Server(domain=None, settings={"smtp.hops": "many"})
        self.addCleanup(server.close)
        with self.assertRaisesRegex(AssertionError, "smtp.hops"):
            server.start()

    def test_a_member_twice_is_refused(self):
        self.assertNotEqual(self.server.command("member", "add", TOM, "--password-stdin", stdin="x\n", check=False).returncode, 0)

    def test_a_member_of_a_foreign_domain_is_refused(self):
        self.assertNotEqual(self.server.command("member", "add", "x@elsewhere.test", "--password-stdin", stdin="x\n", check=False).returncode, 0)

    def test_quickstart_prints_a_password_that_works(self):
        server = Server(domain=None)
        self.addCleanup(server.close)
        shown = server.command("quickstart", "quick.test", "--admin", "jo").stdout
        facts = dict(line.split()[:2] for line in shown.splitlines() if line.startswith(("Administrator", "Password")))
        self.assertEqual(facts["Administrator"], "jo@quick.test")
        self.assertIn("quick.test", shown.partition("DNS of")[2])
        server.start()
        with Wire(server.address("imap")) as wire:
            wire.login("jo@quick.test", facts["Password"])

    def test_disable_alias_quota_and_catch_all_while_running(self):
        self.server.add_member("carl@example.com", "secret")
        self.server.command("member", "alias", "carl@example.com", "charles@example.com")
        self.deliver(message("by alias"), to="charles@example.com")
        with Wire(self.server.address("imap")) as wire:
            wire.login("carl@example.com", "secret")
            self.assertIn("* 1 EXISTS", wire.imap("SELECT INBOX")[2])
        wire = self.wire("smtp")
        wire.reply()
        for command in ("EHLO c.test", "MAIL FROM:<>"):
            wire.smtp(command)
        self.server.command("member", "disable", "carl@example.com")
        code, texts = wire.smtp("RCPT TO:<carl@example.com>")
        self.assertEqual((code, texts[0][:5]), (550, "5.2.1"))
        self.server.command("member", "enable", "carl@example.com")
        self.server.command("member", "quota", "carl@example.com", "1KB")
        code, texts = wire.smtp("RCPT TO:<carl@example.com>")
        self.assertEqual(code, 250, texts)
        self.assertEqual(wire.smtp("RCPT TO:<anybody@example.com>")[0], 550)
        self.server.command("domain", "catch-all", "example.com", "carl@example.com")
        self.assertEqual(wire.smtp("RCPT TO:<anybody@example.com>")[0], 250)
        self.server.command("domain", "catch-all", "example.com")
        self.assertEqual(wire.smtp("RCPT TO:<nobody@example.com>")[0], 550)

    def test_lists(self):
        self.assertIn("example.com\tactive\texample.com", self.server.command("domain", "list").stdout)
        self.assertIn(TOM, self.server.command("member", "list", "example.com").stdout)
        self.assertIn("MX", self.server.command("domain", "check", "example.com").stdout)

    def test_verify_beside_the_running_server(self):
        self.deliver(message("verified"))
        done = self.server.verify()
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
