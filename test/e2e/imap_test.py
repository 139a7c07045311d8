"""IMAP with Python's imaplib, and with bare bytes where a library says too little."""
import imaplib
import ssl
import time

from case import ANNA, PASSWORDS, TOM, ServerCase, message


class Commands(ServerCase):
    """imaplib through every command it has."""

    def fresh(self, name):
        """A signed-in client with an empty mailbox of that name selected."""
        client = self.imap()
        self.assertEqual(client.create(name)[0], "OK")
        self.assertEqual(client.select(name), ("OK", [b"0"]))
        return client

    def append(self, client, mailbox, *subjects, flags=""):
        for subject in subjects:
            status, data = client.append(mailbox, flags, None, message(subject))
            self.assertEqual(status, "OK", data)

    def test_capability_and_id(self):
        client = self.imap()
        offered = client.capability()[1][0].decode().upper().split()  # those after sign-in
        for name in ("IMAP4REV1", "IMAP4REV2", "IDLE", "NAMESPACE", "UIDPLUS", "MOVE", "UNSELECT", "SPECIAL-USE", "CHILDREN", "LIST-EXTENDED", "LIST-STATUS",
                     "STATUS=SIZE", "ESEARCH", "CONDSTORE", "BINARY", "MULTIAPPEND", "SASL-IR", "ENABLE", "ID", "UTF8=ACCEPT"):
            self.assertIn(name, offered)
        self.assertTrue(any(name.startswith("LITERAL") for name in offered))
        self.assertTrue(any(name.startswith("APPENDLIMIT") for name in offered))
        self.assertEqual(client.xatom("ID", '("name" "test")')[0], "OK")
        self.assertEqual(client.namespace()[1], [b'(("" "/")) NIL NIL'])

    def test_sign_in(self):
        client = self.connect()
        with self.assertRaisesRegex(imaplib.IMAP4.error, "AUTHENTICATIONFAILED"):
            client.login(ANNA, "wrong")
        client.authenticate("PLAIN", lambda _: f"\0{ANNA}\0{PASSWORDS[ANNA]}".encode())
        self.assertEqual(client.noop()[0], "OK")
        self.assertEqual(client.logout()[0], "BYE")

    def test_starttls_and_imaps(self):
        trusted = ssl.create_default_context(cafile=self.server.ca_file())
        trusted.check_hostname = False
        client = self.connect()
        client.starttls(trusted)
        client.login(TOM, PASSWORDS[TOM])
        with imaplib.IMAP4_SSL(*self.server.address("imaps"), ssl_context=trusted, timeout=30) as client:
            client.login(TOM, PASSWORDS[TOM])
            self.assertEqual(client.select("INBOX")[0], "OK")

    def test_default_mailboxes(self):
        listed = b"\n".join(self.imap(ANNA).list()[1])
        for name, use in (("Drafts", "Drafts"), ("Sent", "Sent"), ("Junk", "Junk"), ("Trash", "Trash"), ("Archive", "Archive")):
            self.assertRegex(listed, rb"\(.*\\" + use.encode() + rb'.*\) "/" "?' + name.encode())
        self.assertRegex(listed, rb'"/" "?INBOX')
        self.assertEqual(len(self.imap(ANNA).lsub()[1]), 6)

    def test_mailbox_operations(self):
        client = self.imap()
        self.assertEqual(client.create("work/2026/may")[0], "OK")
        self.assertEqual(len([line for line in client.list("work/", "*")[1] if line]), 2)
        self.assertEqual(client.create("work/2026/may")[0], "NO")
        self.assertEqual(client.rename("work/2026", "old")[0], "OK")
        self.assertEqual(client.select("old/may")[0], "OK")
        self.assertEqual(client.subscribe("old/may")[0], "OK")
        self.assertIn(b"old/may", b"".join(client.lsub("old", "*")[1]))
        self.assertEqual(client.unsubscribe("old/may")[0], "OK")
        self.assertEqual(client.unselect()[0], "OK")
        self.assertEqual(client.delete("old/may")[0], "OK")
        self.assertEqual(client.select("old/may")[0], "NO")
        self.assertEqual(client.delete("INBOX")[0], "NO")

    def test_international_names(self):
        client = self.imap()
        self.assertEqual(client.create("&XnJV5g-")[0], "OK")  # modified UTF-7
        self.assertIn(b"&XnJV5g-", b"".join(client.list('""', "*")[1]))
        wire = self.wire(user=TOM)
        self.assertEqual(wire.imap("ENABLE UTF8=ACCEPT")[0], "OK")
        listed = wire.imap('LIST "" *')[2]
        self.assertTrue(any("干嗦" in line for line in listed), listed)
        self.assertFalse(any("&XnJV5g-" in line for line in listed), listed)

    def test_append_fetch_store_search(self):
        client = self.fresh("afs")
        when = imaplib.Time2Internaldate(1_600_000_000)
        status, data = client.append("afs", r"(\Flagged $Later)", when, message("first", body="wombat\r\n"))
        self.assertEqual(status, "OK")
        self.assertRegex(data[0], rb"\[APPENDUID \d+ 1\]")
        self.append(client, "afs", "second", "third")
        client.noop()
        _, found = client.fetch("1:3", "(UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE)")
        self.assertEqual(len(found), 3)
        self.assertIn(b"$Later", found[0])
        self.assertEqual(imaplib.Internaldate2tuple(found[0]), time.localtime(1_600_000_000))
        self.assertIn(b'"second"', found[1])
        self.assertIn(b'"text" "plain"', found[1].lower())
        self.assertEqual(client.fetch("1", "BODY.PEEK[TEXT]")[1][0][1], b"wombat\r\n")
        self.assertEqual(client.fetch("1", "BODY.PEEK[TEXT]<1.3>")[1][0][1], b"omb")
        self.assertIn(b"Subject: second", client.fetch("2", "BODY[HEADER.FIELDS (SUBJECT)]")[1][0][1])
        self.assertIn(rb"\Seen", client.fetch("2", "FLAGS")[1][0])
        self.assertNotIn(rb"\Seen", client.fetch("1", "FLAGS")[1][0])
        self.assertEqual(client.store("2:3", "+FLAGS", r"(\Answered)")[0], "OK")
        self.assertEqual(client.store("2:3", "-FLAGS.SILENT", r"(\Seen)")[0], "OK")
        self.assertEqual(client.uid("STORE", "3", "FLAGS", r"(\Draft)")[0], "OK")
        for criteria, expected in (("ALL", b"1 2 3"), ("ANSWERED", b"2"), ("DRAFT", b"3"), ("KEYWORD $Later", b"1"), ("UNKEYWORD $Later", b"2 3"),
                                   ("SUBJECT second", b"2"), ("BODY wombat", b"1"), ("TEXT third", b"3"), ("NOT FLAGGED", b"2 3"),
                                   ("OR ANSWERED FLAGGED", b"1 2"), ("BEFORE 1-Jan-2021", b"1"), ("SINCE 1-Jan-2021", b"2 3"), ("LARGER 1", b"1 2 3"),
                                   ("UID 2:*", b"2 3"), ("FROM remote.test", b"1 2 3"), ("HEADER Message-ID remote", b"1 2 3"), ("(NOT SEEN) 1:2", b"1 2")):
            with self.subTest(criteria=criteria):
                self.assertEqual(client.search(None, criteria)[1], [expected])

    def test_search_charset(self):
        client = self.fresh("charset")
        client.append("charset", "", None, message("=?gb2312?B?xOO6ww==?=", headers="Content-Type: text/plain; charset=utf-8\r\n").replace(b"Hello.", "再见".encode()))
        client.noop()
        for text, key in (("你好", "SUBJECT"), ("再见", "BODY")):
            client.literal = text.encode()
            self.assertEqual(client.search("UTF-8", key)[1], [b"1"])
        client.literal = "没有".encode()
        self.assertEqual(client.search("UTF-8", "TEXT")[1], [b""])

    def test_copy_move_expunge(self):
        client = self.fresh("cme")
        self.append(client, "cme", "a", "b", "c", "d")
        client.noop()
        client.create("target")
        status, data = client.copy("1", "missing")
        self.assertEqual(status, "NO")
        self.assertIn(b"TRYCREATE", data[0])
        status, data = client.copy("1:2", "target")
        self.assertEqual(status, "OK")
        self.assertRegex(data[0], rb"\[COPYUID \d+ 1:2 1:2\]")
        self.assertEqual(client.uid("MOVE", "3", "target")[0], "OK")
        self.assertRegex(client.status("target", "(MESSAGES UIDNEXT UNSEEN)")[1][0], rb'^"?target"? \(MESSAGES 3 UIDNEXT 4 UNSEEN 3\)$')
        client.store("1", "+FLAGS", r"(\Deleted)")
        client.store("3", "+FLAGS", r"(\Deleted)")
        self.assertEqual(client.uid("EXPUNGE", "4")[0], "OK")
        self.assertEqual(client.expunge()[1][-1], b"1")
        self.assertEqual(client.search(None, "ALL")[1], [b"1"])
        client.store("1", "+FLAGS", r"(\Deleted)")
        self.assertEqual(client.close()[0], "OK")
        self.assertEqual(client.select("cme"), ("OK", [b"0"]))

    def test_examine_changes_nothing(self):
        client = self.fresh("readonly")
        self.append(client, "readonly", "x")
        client.select("readonly", readonly=True)
        client.fetch("1", "BODY[]")
        self.assertNotIn(rb"\Seen", client.fetch("1", "FLAGS")[1][0])

    def test_two_sessions_see_each_other(self):
        one, two = self.fresh("shared"), self.imap()
        two.select("shared")
        self.append(one, "shared", "news")
        self.assertEqual(two.noop()[0], "OK")
        self.assertEqual(two.response("EXISTS")[1][-1], b"1")
        two.store("1", "+FLAGS", r"(\Flagged)")
        one.noop()
        self.assertIn(rb"\Flagged", b"".join(one.response("FETCH")[1]))


class Idle(ServerCase):
    def idle(self, user=TOM):
        wire = self.wire(user=user)
        self.assertEqual(wire.imap("SELECT INBOX")[0], "OK")
        wire.send("i IDLE\r\n")
        self.assertTrue(wire.line().startswith("+"))
        return wire

    def until(self, wire, text):
        while text not in (line := wire.line()):
            self.assertIsNotNone(line)

    def test_pushes_delivery_flags_and_expunge(self):
        wire = self.idle()
        self.deliver(message("pushed"))
        self.until(wire, " EXISTS")
        other = self.imap()
        _, count = other.select("INBOX")
        other.store(count[0], "+FLAGS", r"(\Deleted)")
        self.until(wire, r"\Deleted")
        other.expunge()
        self.until(wire, "EXPUNGE")
        wire.send("DONE\r\n")
        self.assertEqual(wire.until_tagged("i")[0], "OK")

    def test_deliveries_in_bursts_reach_an_idle_session(self):
        wire = self.idle(ANNA)
        for i in range(20):
            client = self.smtp()
            for _ in range(10):
                client.sendmail("sender@remote.test", [ANNA], message("burst"))
        self.until(wire, "* 200 EXISTS")

    def test_nobody_else_is_told(self):
        wire = self.idle(ANNA)
        self.deliver(message("not for anna"))
        wire.send("DONE\r\n")
        self.assertEqual(wire.until_tagged("i")[2], [])


class Limits(ServerCase):
    """What no client sends is refused, and the server goes on."""

    def test_a_line_far_too_long(self):
        wire = self.wire(user=TOM)
        wire.send(b"a NOOP " + b"x" * 40_000_000 + b"\r\n")
        self.assertTrue(wire.line().startswith(("a BAD", "* BAD", "* BYE")))
        self.assertEqual(self.imap().noop()[0], "OK")

    def test_literal_bomb(self):
        wire = self.wire(user=TOM)
        for command in ("SELECT {99999999999}", "SELECT {99999999999+}", "APPEND INBOX {9999999999}"):
            other = self.wire(user=TOM)
            other.send(f"b {command}\r\n")
            line = other.line()
            self.assertTrue(line.startswith(("b BAD", "b NO", "* BYE", "* BAD")), line)
        self.assertEqual(wire.imap("NOOP")[0], "OK")

    def test_deep_nesting(self):
        wire = self.wire(user=TOM)
        wire.imap("SELECT INBOX")
        for command in ("SEARCH " + "(" * 2000 + "ALL" + ")" * 2000, "SEARCH " + "NOT " * 2000 + "ALL"):
            self.assertIn(wire.imap(command)[0], ("BAD", "NO"))

    def test_commands_before_sign_in(self):
        wire = self.wire()
        wire.line()
        for command in ("SELECT INBOX", "LIST \"\" *", "FETCH 1 BODY[]", "APPEND INBOX {1+}\r\nx", "IDLE"):
            self.assertIn(wire.imap(command)[0], ("BAD", "NO"), command)


class Pipelines(ServerCase):
    def test_literal_plus_appends_in_one_write(self):
        wire = self.wire(user=TOM)
        wire.imap("CREATE bulk")
        data = message("bulk")
        for _ in range(4):
            wire.send(b"".join(b"p%d APPEND bulk {%d+}\r\n%s\r\n" % (i, len(data), data) for i in range(50)))
            for i in range(50):
                self.assertEqual(wire.until_tagged(f"p{i}")[0], "OK")
        self.assertIn("* 200 EXISTS", wire.imap("SELECT bulk")[2])

    def test_multiappend(self):
        wire = self.wire(user=TOM)
        wire.imap("CREATE multi")
        data = message("multi").decode()
        command = "APPEND multi" + "".join(f" (\\Seen) {{{len(data)}+}}\r\n{data}" for _ in range(20))
        status, text, _ = wire.imap(command)
        self.assertEqual(status, "OK", text)
        self.assertRegex(text, r"APPENDUID \d+ 1:20")

    def test_imap4rev2(self):
        wire = self.wire(user=ANNA)
        self.assertEqual(wire.imap("ENABLE IMAP4rev2")[0], "OK")
        untagged = wire.imap("SELECT INBOX")[2]
        self.assertFalse(any("RECENT" in line for line in untagged), untagged)
        self.assertTrue(any("LIST" in line for line in untagged), untagged)
        self.assertTrue(any(line.startswith("* ESEARCH") for line in wire.imap("SEARCH ALL")[2]))
