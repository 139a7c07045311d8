"""What other servers bring: genuine or not, wanted or not, and why it went where it went."""
import smtplib
import subprocess
import tempfile


from case import PASSWORDS, TOM, ServerCase, message
from name_server import NameServer
from wire import Wire

EICAR = r"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class InboundCase(ServerCase):
    zones = {
        "good.example": ["@ TXT \"v=spf1 ip4:127.0.0.1 -all\"", "_dmarc TXT \"v=DMARC1; p=reject\""],
        "strict.example": ["@ TXT \"v=spf1 -all\"", "_dmarc TXT \"v=DMARC1; p=reject\""],
        "careful.example": ["@ TXT \"v=spf1 -all\"", "_dmarc TXT \"v=DMARC1; p=quarantine\""],
        "list.example": ["9.113.0.203 A 127.0.0.2"],
    }
    more = {}

    @classmethod
    def setUpClass(cls):
        cls.dns = NameServer(cls.zones)
        cls.addClassCleanup(cls.dns.close)
        cls.settings = {"dns.servers": cls.dns.address, "mailauth.trusted": "", "spam.greylist": "off", "server.hostname": "mx.house.example", **cls.more}
        super().setUpClass()

    def bring(self, data, sender, to=TOM, connect=smtplib.SMTP):
        with connect(*self.server.address("smtp"), timeout=30) as client:
            client.ehlo("mail.good.example")
            client.sendmail(sender, [to], data)


class Genuine(InboundCase):
    def test_results_are_told_and_forged_ones_are_gone(self):
        forged = "Authentication-Results: mx.house.example; dmarc=pass header.from=bank.example\r\nX-Posthouse-Verdict: accept\r\n"
        self.bring(message("from good", sender="a@good.example", headers=forged), "a@good.example")
        got = self.find(b"from good")
        self.assertEqual(got.count(b"Authentication-Results:"), 1)
        self.assertEqual(got.count(b"X-Posthouse-Verdict:"), 1)
        self.assertIn(b"spf=pass", got)
        self.assertRegex(got, rb"dmarc=pass[^;]*header\.from=good\.example")
        self.assertNotIn(b"bank.example", got)

    def test_a_domain_that_asks_for_it_is_refused_to_strangers(self):
        with self.assertRaises(smtplib.SMTPDataError) as refused:
            self.bring(message("forged", sender="ceo@strict.example"), "ceo@strict.example")
        self.assertEqual(refused.exception.smtp_code, 550)
        self.assertIn(b"DMARC", refused.exception.smtp_error)
        self.assertFalse([data for data in self.stored().values() if b"forged" in data])

    def test_quarantine_is_junk_with_its_reason(self):
        self.bring(message("doubtful", sender="a@careful.example"), "a@careful.example")
        self.assertIn(b"DMARC", self.find(b"doubtful", mailbox="Junk"))


class Viruses(InboundCase):
    """With a real clamd that knows EICAR."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="posthouse-clamd-")
        cls.addClassCleanup(folder.cleanup)
        subprocess.run(["chmod", "755", folder.name], check=True)
        db = f"{folder.name}/db"
        subprocess.run(["mkdir", db], check=True)
        with open(f"{db}/test.ndb", "w") as file:
            file.write(f"Test.Eicar.Body:0:*:{EICAR.encode().hex()}\n")
        with open(f"{folder.name}/clamd.conf", "w") as file:
            file.write(f"Foreground yes\nDatabaseDirectory {db}\nOfficialDatabaseOnly no\nLocalSocket {folder.name}/socket\nLogFile {folder.name}/log\n")
        cls.clamd = subprocess.Popen(["clamd", "-c", f"{folder.name}/clamd.conf"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        cls.addClassCleanup(lambda: (cls.clamd.terminate(), cls.clamd.wait()))
        cls.socket = f"{folder.name}/socket"
        cls.more = {"clamd.address": f"unix:{cls.socket}"}
        import os
        import time
        deadline = time.monotonic() + 30
        while not os.path.exists(cls.socket):
            assert time.monotonic() < deadline and cls.clamd.poll() is None, open(f"{folder.name}/log").read()
            time.sleep(0.05)
        super().setUpClass()

    def test_infected_mail_is_refused_and_when_the_scanner_is_down_it_waits(self):
        with self.assertRaises(smtplib.SMTPDataError) as refused:
            self.bring(message("infected", sender="a@good.example", body=EICAR + "\r\n"), "a@good.example")
        self.assertEqual(refused.exception.smtp_code, 554)
        self.bring(message("healthy", sender="a@good.example"), "a@good.example")
        self.find(b"healthy")
        self.clamd.terminate()
        self.clamd.wait()
        with self.assertRaises(smtplib.SMTPDataError) as deferred:
            self.bring(message("waits", sender="a@good.example"), "a@good.example")
        self.assertEqual(deferred.exception.smtp_code // 100, 4)


class FromAfar(smtplib.SMTP):
    """A client whose proxy says that it is 203.0.113.9."""

    def _get_socket(self, host, port, timeout):
        connected = super()._get_socket(host, port, timeout)
        connected.sendall(b"PROXY TCP4 203.0.113.9 203.0.113.25 40000 25\r\n")
        return connected


class Lists(InboundCase):
    more = {"spam.dnsbl": "list.example=8", "proxy.trusted": "127.0.0.0/8"}

    def test_a_listed_client_goes_to_junk(self):
        self.bring(message("listed", sender="a@other.list.example"), "a@other.list.example", connect=FromAfar)
        with Wire(self.server.address("imap")) as wire:
            wire.send("PROXY TCP4 203.0.113.9 203.0.113.25 40001 143\r\n")
            wire.login(TOM, PASSWORDS[TOM])
            wire.imap("SELECT Junk")
            self.assertRegex("".join(wire.imap("FETCH 1 (BODY.PEEK[])")[2]), r"X-Posthouse-Verdict: junk(.|\s)*list\.example(.|\s)*Subject: listed")


class Greylist(InboundCase):
    more = {"spam.greylist": "all", "spam.greylist_delay": "1s", "spam.greylist_spare_proven": "false"}

    def test_an_unknown_sender_comes_back(self):
        import time
        data = message("greylisted", sender="a@good.example")
        with self.assertRaises(smtplib.SMTPDataError) as deferred:
            self.bring(data, "a@good.example")
        self.assertEqual(deferred.exception.smtp_code // 100, 4)
        time.sleep(1.2)
        self.bring(data, "a@good.example")
        self.find(b"greylisted")


