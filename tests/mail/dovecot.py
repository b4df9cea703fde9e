"""A real Dovecot (IMAP and LMTP) of one test's own, without TLS, on free ports."""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import signal
import smtplib
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from imaplib import IMAP4
from pathlib import Path
from tempfile import TemporaryDirectory

USER, PASSWORD = "desk", "a-password"
_CONF = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
protocols = imap lmtp
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
mail_location = maildir:{folder}/mail/%n
first_valid_uid = 1
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/mail/%n
}}
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    port = {lmtp}
  }}
}}
protocol imap {{
  imap_capability = {capability}
}}
"""


@dataclass
class Dovecot:
    """The running server.

    Attributes:
        process: its master; None while it is stopped.
    """

    folder: Path
    imap: int
    lmtp: int
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts it and waits until it listens."""
        program = shutil.which("dovecot") or "/usr/sbin/dovecot"
        self.process = subprocess.Popen([program, "-F", "-c", str(self.folder / "dovecot.conf")])
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.imap)) == 0:
                    return
            time.sleep(0.1)
        log = self.folder / "dovecot.log"
        raise RuntimeError(log.read_text() if log.exists() else "Dovecot did not start")

    def stop(self) -> None:
        """Ends it, with every connection."""
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(timeout=10)
            self.process = None

    def deliver(self, raw: bytes, sender: str = "anna@example.com") -> None:
        """Puts a mail into the mailbox as a mail server would, over LMTP."""
        with smtplib.LMTP("127.0.0.1", self.lmtp) as client:
            client.sendmail(sender, [USER], raw)

    def fill(self, mails: list[bytes]) -> None:
        """Puts many mails into the mailbox at once."""
        client = self._client()
        for raw in mails:
            client.append("INBOX", "", None, raw)
        client.logout()

    def unseen(self) -> int:
        """How many mails are not marked as seen."""
        client = self._client()
        client.select("INBOX", readonly=True)
        found = client.search(None, "UNSEEN")[1][0]
        client.logout()
        return len(found.split())

    def _client(self) -> IMAP4:
        client = IMAP4("127.0.0.1", self.imap)
        client.login(USER, PASSWORD)
        return client


@contextmanager
def dovecot(capability: str = "") -> Iterator[Dovecot]:
    """A running server; `capability` replaces what it says it can."""
    # Not under pytest's folder: its parents are closed to Dovecot's own user.
    with TemporaryDirectory(prefix="dovecot-") as folder:
        server = prepare(Path(folder), capability)
        server.start()
        try:
            yield server
        finally:
            server.stop()


def prepare(folder: Path, capability: str) -> Dovecot:
    """Writes the configuration."""
    as_root = os.geteuid() == 0
    user = "nobody" if as_root else pwd.getpwuid(os.geteuid()).pw_name
    group = grp.getgrgid(pwd.getpwnam(user).pw_gid).gr_name
    server = Dovecot(folder, _free_port(), _free_port())
    (folder / "mail").mkdir()
    if as_root:
        shutil.chown(folder / "mail", user, group)
        folder.chmod(0o711)
    values = {"folder": folder, "imap": server.imap, "lmtp": server.lmtp, "user": user, "group": group}
    text = _CONF.format(**values, password=PASSWORD, capability=capability)
    (folder / "dovecot.conf").write_text(text if capability else text.replace("  imap_capability = \n", ""))
    return server


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
