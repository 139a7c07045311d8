"""Two companies on one server: what one does never shows, changes or names anything of the other."""
import base64
import unittest

from case import message
from posthouse import Server
from wire import Wire

RED, BLUE, NEWCOMER = "boss@red.test", "boss@blue.test", "newcomer@red.test"  # the newcomer gets no mail
SECRET = "the blue plan"


class TwoCompanies(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server("red.test")
        cls.addClassCleanup(cls.server.close)
        cls.server.add_domain("blue.test", "--enterprise", "Blue")
        for address in (RED, BLUE, NEWCOMER, "clerk@red.test"):
            cls.server.add_member(address, "same password")
        cls.server.start()
        with cls.signed_in(BLUE) as wire:
            wire.imap(f'CREATE "{SECRET} folder"')
            for mailbox in ("INBOX", f"{SECRET} folder"):
                for _ in range(30):
                    data = message(SECRET, body=SECRET + "\r\n").decode()
                    assert wire.imap(f'APPEND "{mailbox}" (\\Flagged blueword) {{{len(data)}+}}\r\n{data}')[0] == "OK"
            cls.before = cls.everything(wire)

    @classmethod
    def signed_in(cls, user):
        return Wire(cls.server.address("imap")).login(user, "same password")

    @classmethod
    def everything(cls, wire):
        """All that can be read in the account, mailbox by mailbox."""
        seen = [wire.imap('LIST "" "*" RETURN (STATUS (MESSAGES UIDNEXT UIDVALIDITY UNSEEN SIZE HIGHESTMODSEQ))')[2]]
        for mailbox in ("INBOX", "Drafts", "Sent", "Junk", "Trash", "Archive", f"{SECRET} folder"):
            if wire.imap(f'EXAMINE "{mailbox}"')[0] == "OK":
                fetched = wire.imap("UID FETCH 1:* (FLAGS INTERNALDATE MODSEQ BODY.PEEK[])")[2]
                seen.append([text.replace(" \\Recent", "") for text in fetched])  # which the first session to select takes away
        return seen

    def no_trace(self, texts):
        for text in texts:
            self.assertNotIn("blue", str(text).lower())

    def test_walk_with_foreign_names_and_uids(self):
        with self.signed_in(NEWCOMER) as red:
            names = ["INBOX", f"{SECRET} folder", f"{BLUE}/INBOX", f"user/{BLUE}/INBOX", "~boss@blue.test/INBOX", "../INBOX", "/INBOX", "#shared/blue.test", "%", "*"]
            for name in names:
                for command in ("SELECT {}", "EXAMINE {}", "STATUS {} (MESSAGES UIDNEXT SIZE)", 'LIST "" {}', "LIST {} *", 'LSUB "" {}', "LIST (SUBSCRIBED) {} *"):
                    self.no_trace(line for line in [red.imap(command.format(f'"{name}"'))] if "blue" not in name and SECRET not in name)
            for name in names[1:8]:
                for command in ('DELETE "{}"', 'RENAME "{}" taken', 'COPY 1 "{}"', 'UID MOVE 1 "{}"'):
                    red.imap("SELECT INBOX")
                    self.assertNotEqual(red.imap(command.format(name))[0], "OK", (command, name))
            red.imap("SELECT INBOX")
            for command in ("UID FETCH 1:* (FLAGS BODY.PEEK[])", "FETCH 1:* ALL", "UID FETCH 1:4294967295 BODY[]", "UID STORE 1:* +FLAGS (\\Deleted)", "UID COPY 1:* Trash",
                            "UID MOVE 1:* Trash", "UID EXPUNGE 1:*", "EXPUNGE", "SEARCH ALL", f'SEARCH TEXT "{SECRET}"', "UID SEARCH KEYWORD blueword", "ESEARCH IN (personal) ALL"):
                _, _, untagged = red.imap(command)
                self.no_trace(untagged)
                self.assertFalse([line for line in untagged if "BODY[" in line], command)
        with self.signed_in(BLUE) as blue:
            self.assertEqual(self.everything(blue), self.before)

    def test_idle_hears_only_its_own(self):
        with self.signed_in(RED) as red, self.signed_in("clerk@red.test") as clerk:
            for wire in (red, clerk):
                wire.imap("SELECT INBOX")
                wire.send("i IDLE\r\n")
                wire.line()
            with self.signed_in(BLUE) as blue:
                blue.imap("CREATE passing")
                blue.imap("APPEND passing {3+}\r\nabc")
                blue.imap("DELETE passing")
            for wire in (red, clerk):
                wire.send("DONE\r\n")
                self.assertEqual(wire.until_tagged("i")[2], [])

    def test_sign_in_as_the_other(self):
        with Wire(self.server.address("imap")) as wire:
            wire.line()
            self.server.add_member("only@red.test", "red's own")
            self.assertEqual(wire.imap('LOGIN only@blue.test "red\'s own"')[0], "NO")
            proxy = base64.b64encode(f"{BLUE}\0{RED}\0same password".encode()).decode()
            self.assertNotEqual(wire.imap(f"AUTHENTICATE PLAIN {proxy}")[0], "OK")

    def test_same_bytes_to_both_are_two_mails(self):
        with Wire(self.server.address("smtp")) as smtp:
            smtp.reply()
            for command in ("EHLO c.test", "MAIL FROM:<x@remote.test>", "RCPT TO:<clerk@red.test>", f"RCPT TO:<{RED}>", "DATA"):
                smtp.smtp(command)
            smtp.send(message("for red alone") + b"\r\n.\r\n")
            self.assertEqual(smtp.reply()[0], 250)
        with self.signed_in("clerk@red.test") as clerk, self.signed_in(BLUE) as blue:
            clerk.imap("SELECT INBOX")
            self.assertEqual(clerk.imap("SEARCH SUBJECT alone")[2], ["* SEARCH 1"])
            blue.imap("SELECT INBOX")
            self.assertEqual(blue.imap("SEARCH SUBJECT alone")[2], ["* SEARCH"])
