"""Memory of an idle connection: many sessions in IDLE, the growth of the server's proportional set size divided by their number."""
import resource
import time

from imap_client import Imap
from sides import PASSWORD, USERS, user


def raise_file_limit():
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def idle_memory(side, connections, tls=False):
    """Bytes each. The first hundred are not counted: they pay for what is shared."""
    raise_file_limit()
    port = side.imaps if tls else side.imap
    sessions = []

    def open_some(count):
        for _ in range(count):
            session = Imap(port, user(len(sessions) % USERS), PASSWORD, tls)
            session.space = bytearray(64)
            session.command("SELECT INBOX")
            session.idle()
            sessions.append(session)
        time.sleep(2)
        return side.memory()

    before = open_some(USERS)
    after = open_some(connections)
    for session in sessions:
        session.close()
    return (after - before) / connections
