"""Mails that one core parses and queues in a second.

    python benchmarks/mail.py [DATABASE_URL]

Without an address it uses a new SQLite file. The mails are those of the test corpus that a person could have written,
each with a Message-ID of its own; queued means committed to the inbox, as before an SMTP server may say 250.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable

sys.path.insert(0, ".")

from bot.mail.inbound.parse import Reader
from bot.mail.intake.store import MailStore
from bot.security.clock import SystemClock
from bot.storage.migrations import upgrade
from bot.storage.unit_of_work import SqlTransactions
from tests.mail.eml.case import AUTHSERV, OWN
from tests.mail.eml.cases import ALL

COUNT = 3000


def main() -> None:
    """Prints one line per stage."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    url = sys.argv[1] if len(sys.argv) > 1 else f"sqlite:///{tempfile.mkdtemp()}/desk.db"
    upgrade(url)
    store = MailStore(SqlTransactions(url), SystemClock(), "support@example.com")
    reader = Reader(AUTHSERV, frozenset({OWN}), 10 * 1024 * 1024)
    small = [case.raw for case in ALL if 200 < len(case.raw) < 20_000]
    run = str(time.time_ns()).encode()
    mails = [b"X-Run: %s-%d\r\n" % (run, number) + small[number % len(small)] for number in range(COUNT)]
    mails = [raw.replace(b"Subject: ", b"Subject: %s-%d " % (run, n), 1) for n, raw in enumerate(mails)]

    def queue(raw: bytes) -> None:
        store.keep(raw, "benchmark")

    def both(raw: bytes) -> None:
        reader.read(raw)
        store.keep(raw + b"\r\nonce more", "benchmark")

    measure("parsed", reader.read, mails)
    measure("queued", queue, mails)
    measure("parsed and queued", both, mails)


def measure(what: str, work: Callable[[bytes], object], mails: list[bytes]) -> None:
    """Does it to every mail, and says how fast."""
    clock, cpu = time.perf_counter(), time.process_time()
    for raw in mails:
        work(raw)
    clock, cpu = time.perf_counter() - clock, time.process_time() - cpu
    print(f"  {len(mails) / clock:8,.0f} a second, {len(mails) / cpu:8,.0f} a second of processor time   {what}")


if __name__ == "__main__":
    main()
