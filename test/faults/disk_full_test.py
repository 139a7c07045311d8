"""A full disk: senders are told to try later, nothing acknowledged is lost, and mail flows again once there is room.

Shown twice: under a file size limit (RLIMIT_FSIZE) that is lifted later, and, where mounting is allowed, on a small tmpfs.
"""
import os
import pathlib
import resource
import shutil
import subprocess
import tempfile
import unittest

from posthouse import Server
from wire import Wire


class SmallDisk:
    """A tmpfs of 192 MB, filled up to 24 MB; `give_room` removes the filling."""

    process_options = {}

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="posthouse-disk-"))
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=192m", "tmpfs", self.folder], check=True, capture_output=True)

    def begin(self, server):
        ballast = self.folder / "ballast"
        with open(ballast, "wb") as file:
            while shutil.disk_usage(self.folder).free > 24 << 20:
                file.write(bytes(1 << 20))
                file.flush()

    def give_room(self, server):
        (self.folder / "ballast").unlink()

    def close(self):
        subprocess.run(["umount", "-l", self.folder], check=False, capture_output=True)
        self.folder.rmdir()


class FileLimit:
    """No file of the server may grow past a size a little above the largest there is: a write fails with EFBIG."""

    process_options = {"restore_signals": False}  # SIGXFSZ stays ignored: a full disk sends no signal

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="posthouse-disk-"))

    def begin(self, server):
        largest = max(path.stat().st_size for path in server.data.rglob("*") if path.is_file())
        limit = largest + (8 << 20)
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))

    def give_room(self, server):
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

    def close(self):
        shutil.rmtree(self.folder, ignore_errors=True)


def can_mount():
    """Root inside a container may not mount."""
    try:
        SmallDisk().close()
        return True
    except (subprocess.CalledProcessError, FileNotFoundError):
        return False


class DiskFull(unittest.TestCase):
    def disk_full(self, make_disk):
        disk = make_disk()
        self.addCleanup(disk.close)
        server = Server(data=disk.folder)
        self.addCleanup(server.close)
        server.add_member("tom@example.com", "secret")
        server.start(**disk.process_options)
        disk.begin(server)

        accepted, refused = self.fill(server)
        self.assertGreater(accepted, 0)
        self.assertTrue(400 <= refused[0] < 500, f"a full disk is a temporary error, this was {refused}\n{server.log()}")
        self.assertTrue(server.running(), server.log())
        with Wire(server.address("imap")) as wire:  # reading goes on, writing says why not
            wire.login("tom@example.com", "secret")
            self.assertIn(f"* {accepted} EXISTS", wire.imap("SELECT INBOX")[2])
            big = "x" * 4_000_000
            self.assertEqual(wire.imap(f"APPEND INBOX {{{len(big)}+}}\r\n{big}")[0], "NO")

        disk.give_room(server)
        again, code = 0, None
        for _ in range(50):  # the first attempts may meet a component that is still recovering
            code = self.send(server, b"after\r\n")
            if code == 250:
                again += 1
                break
        self.assertEqual(code, 250, f"no recovery after room was made\n{server.log()}")
        with Wire(server.address("imap")) as wire:
            wire.login("tom@example.com", "secret")
            self.assertIn(f"* {accepted + again} EXISTS", wire.imap("SELECT INBOX")[2])
        self.assertEqual(server.stop(), 0)
        done = server.verify()
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def send(self, server, text):
        with Wire(server.address("smtp")) as wire:
            wire.reply()
            wire.smtp("EHLO c.test")
            for command in ("MAIL FROM:<x@remote.test>", "RCPT TO:<tom@example.com>"):
                code, _ = wire.smtp(command)
                if code != 250:
                    return code
            code, _ = wire.smtp("DATA")
            if code != 354:
                return code
            wire.send(b"Subject: fill\r\n\r\n" + text + b".\r\n")
            return wire.reply()[0]

    def fill(self, server):
        """Sends incompressible mail until one is refused: (how many were accepted, the refusal)."""
        for accepted in range(400):
            text = b"".join(os.urandom(36).hex().encode() + b"\r\n" for _ in range(12_000))
            code = self.send(server, text)
            if code != 250:
                return accepted, (code,)
        self.fail("400 large messages did not fill the disk")

    def test_file_size_limit(self):
        self.disk_full(FileLimit)


if can_mount():
    DiskFull.test_small_tmpfs = lambda self: self.disk_full(SmallDisk)
