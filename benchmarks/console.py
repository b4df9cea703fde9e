"""How long the console's lists take when there is a lot in them.

    python -m benchmarks.console [DATABASE_URL]

Fills an empty database (a new SQLite file without an address) with 100,000 conversations of ten messages each, 20,000
accounts and 20,000 requests, and then asks for every list, on the first page and deep inside, as the pages do, many
times over. 95 of 100 must stay under 200 ms.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

from sqlalchemy.future import Connection, Engine

from bot.domain.console import GivenAnswer, Position, QueueFilter, Rating, Review, Score, Show, Takeover
from bot.domain.deadlines import Regime
from bot.domain.mail import MailState
from bot.domain.messages import Delivery, Sender
from bot.domain.passages import Outcome
from bot.domain.requests import PrivacyRequest, RequestState, RequestType
from bot.services.ports import UnitOfWork
from bot.storage import tables
from bot.storage.engine import open_engine
from bot.storage.migrations import upgrade
from bot.storage.rows import as_row
from bot.storage.unit_of_work import SqlTransactions

CONVERSATIONS, MESSAGES, PEOPLE = 100_000, 10, 20_000
BATCH = 5_000
RUNS = 20
WORDS = tuple(f"{chr(97 + n)}{chr(122 - n)}lu" for n in range(26))
"""Each is in a 26th of all messages."""
LIMIT = 200.0
"""Milliseconds."""
NOW = datetime.now(timezone.utc)


def fill(connection: Connection) -> None:
    """Writes everything, a batch at a time."""
    for start in range(0, PEOPLE, BATCH):
        connection.execute(tables.accounts.insert(), [_person(n) for n in range(start, start + BATCH)])
    for start in range(0, CONVERSATIONS, BATCH):
        numbers = range(start, start + BATCH)
        connection.execute(tables.conversations.insert(), [_conversation(n) for n in numbers])
        connection.execute(tables.messages.insert(), [row for n in numbers for row in _messages(n)])
        connection.execute(tables.answers.insert(), [as_row(_answer(n)) for n in numbers])
        connection.execute(
            tables.ratings.insert(), [as_row(Rating(f"c{n}", 2, _at(n), n % 7 > 0)) for n in numbers if n % 4 == 0]
        )
        connection.execute(
            tables.scores.insert(), [as_row(Score(f"c{n}", _at(n), n % 5 + 1, False)) for n in numbers if n % 8 == 0]
        )
        connection.execute(tables.mail_inbox.insert(), [_mail(n) for n in numbers if n % 10 == 0])
    for start in range(0, PEOPLE, BATCH):
        connection.execute(tables.requests.insert(), [as_row(_request(n)) for n in range(start, start + BATCH)])
    taken = [as_row(Takeover(f"t{n}", f"c{n}", "s1", "Ada", _at(n), _at(n))) for n in range(0, CONVERSATIONS, 2_000)]
    connection.execute(tables.takeovers.insert(), taken)


def tidy(engine: Engine) -> None:
    """What a database that has been running for a while has done by itself."""
    if engine.dialect.name == "sqlite":
        with engine.begin() as connection:
            connection.exec_driver_sql("ANALYZE")
        return
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("SET statement_timeout = 0")
        connection.exec_driver_sql("VACUUM ANALYZE")


def _at(number: int) -> datetime:
    return NOW - timedelta(seconds=30 * number)


def _person(number: int) -> dict[str, Any]:
    texts = dict.fromkeys(("password_hash", "phone", "street_address", "company_name", "website"), "")
    named = {"full_name": f"Given{number % 997} Family{number}", "company_description": ""}
    return {
        "id": f"a{number}",
        "email": f"user{number}@example.com",
        "created_at": NOW,
        "failed_sign_ins": 0,
        **texts,
        **named,
    }


def _conversation(number: int) -> dict[str, Any]:
    known = number % 3 == 0
    return {
        "id": f"c{number}",
        "channel": "web",
        "created_at": _at(number),
        "epoch": 0,
        "mailbox": f"user{number % PEOPLE}@example.com" if known else None,
        "account_id": f"a{number % PEOPLE}" if known else None,
        "base": 1 if known else 0,
        "code_at": None,
        "handoff_at": _at(number) if number % 50 == 0 else None,
        "last_seq": MESSAGES,
        "last_at": _at(number),
    }


def _messages(number: int) -> Iterator[dict[str, Any]]:
    for seq in range(1, MESSAGES + 1):
        yield {
            "conversation_id": f"c{number}",
            "seq": seq,
            "sender": Sender.PERSON if seq % 2 else Sender.BOT,
            "at": _at(number),
            "text": f"Message {seq} of conversation {number}, about as long as such a message is {WORDS[number % 26]}.",
            "delivery": Delivery.ANSWERED,
            "buttons": (),
            "card": None,
            "reply_to": None if seq % 2 else seq - 1,
            "client_id": None,
        }


def _mail(number: int) -> dict[str, Any]:
    state = MailState.HELD if number % 100 == 0 else MailState.IGNORED
    named = {"key": f"k{number}", "source": "bench", "sender": f"user{number}@example.com", "reason": "because"}
    times = {"arrived_at": _at(number), "due_at": _at(number), "closed_at": _at(number)}
    return {**named, **times, "raw": b"x" * 2_000, "recipients": (), "attempts": 0, "state": state, "released": False}


def _answer(number: int) -> GivenAnswer:
    weak = number % 10 == 0
    outcome = Outcome.NOT_IN_POLICY if weak else Outcome.ANSWERED
    return GivenAnswer(f"c{number}", 2, _at(number), outcome, Review.OPEN if weak else None)


def _request(number: int) -> PrivacyRequest:
    state = RequestState.ACKNOWLEDGED if number % 4 else RequestState.REVOKED
    at, due = _at(number), NOW + timedelta(hours=number % 700 - 40)
    reference = f"REQ-{number:05}-00000"
    return PrivacyRequest(
        id=f"r{number}",
        reference=reference,
        type=RequestType.DELETION,
        state=state,
        regime=Regime.HOUSE,
        channel="web",
        received_at=at,
        due_at=due,
        updated_at=at,
        verified_at=at,
        account_id=f"a{number}",
        conversation_id=f"c{number}",
    )


DEEP = Position(_at(CONVERSATIONS - 200), f"c{CONVERSATIONS - 200}")
LISTS: tuple[tuple[str, Callable[[UnitOfWork], Any]], ...] = (
    ("conversations, first page", lambda uow: uow.inbox.page(Show.ALL, None, 50)),
    ("conversations, last page", lambda uow: uow.inbox.page(Show.ALL, DEEP, 50)),
    ("waiting for a person", lambda uow: uow.inbox.page(Show.WAITING, None, 50)),
    ("waiting, last page", lambda uow: uow.inbox.page(Show.WAITING, DEEP, 50)),
    ("taken over", lambda uow: uow.inbox.page(Show.TAKEN, None, 50)),
    ("search by address", lambda uow: uow.inbox.found("user777@example.com", 50)),
    ("search by name", lambda uow: uow.inbox.found("family19998", 50)),
    ("search by a common name", lambda uow: uow.inbox.found("given", 50)),
    ("search by request number", lambda uow: uow.inbox.found("REQ-00777-00000", 50)),
    ("one transcript", lambda uow: uow.messages.newest("c777", 200)),
    ("requests, overdue first", lambda uow: uow.queue.page(QueueFilter(), None, 50)),
    ("requests, deep", lambda uow: uow.queue.page(QueueFilter(), Position(NOW + timedelta(hours=600), "r"), 50)),
    ("answers to look at", lambda uow: uow.answers.weak(None, 50)),
    ("words: in one conversation", lambda uow: uow.words.found("conversation 77777", 50)),
    ("words: in 40,000 messages", lambda uow: uow.words.found("azlu", 50)),
    ("words: in every message", lambda uow: uow.words.found("message", 50)),
    ("words: in none", lambda uow: uow.words.found("zebra", 50)),
    ("mail that is held", lambda uow: uow.mail_inbox.page(MailState.HELD, None, 50)),
    ("mail of machines, deep", lambda uow: uow.mail_inbox.page(MailState.IGNORED, 60, 50)),
    ("numbers of 30 days", lambda uow: uow.statistics.numbers(NOW - timedelta(days=30), NOW)),
)


def main() -> None:
    """Fills a database and measures; exits with 1 when a list is too slow."""
    url = sys.argv[1] if len(sys.argv) > 1 else f"sqlite:///{tempfile.mkdtemp()}/desk.db"
    upgrade(url)
    engine = open_engine(url)
    started = time.perf_counter()
    with engine.begin() as connection:
        fill(connection)
    tidy(engine)
    engine.dispose()
    print(
        f"{CONVERSATIONS:,} conversations, {CONVERSATIONS * MESSAGES:,} messages: {time.perf_counter() - started:.0f} s"
    )
    sys.exit(1 if measure(url) else 0)


def measure(url: str) -> bool:
    """Prints one line per list; whether one was too slow. `own` is our processor time, in which SQLite is contained."""
    transactions, slow = SqlTransactions(url), False
    for name, ask in LISTS:
        runs = [_milliseconds(transactions, ask) for _ in range(RUNS)]
        times, own = sorted(took for took, _ in runs), statistics.median(spent for _, spent in runs)
        middle, late = statistics.median(times), times[int(RUNS * 0.95) - 1]
        slow = slow or late >= LIMIT
        print(f"{name:28} p50 {middle:6.1f} ms   p95 {late:6.1f} ms   own {own:6.1f} ms")
    return slow


def _milliseconds(transactions: SqlTransactions, ask: Callable[[UnitOfWork], Any]) -> tuple[float, float]:
    started, spent = time.perf_counter(), time.process_time()
    with transactions() as uow:
        ask(uow)
    return (time.perf_counter() - started) * 1000, (time.process_time() - spent) * 1000


if __name__ == "__main__":
    main()
