"""How long the console's lists take when there is a lot in them.

    python -m benchmarks.console [DATABASE_URL]

Fills an empty database (a new SQLite file without an address) with 100,000 conversations of ten messages each, 20,000
accounts and 20,000 requests, and then asks for every list, on the first page and deep inside, as the pages do. Each
must stay under 200 ms.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

from sqlalchemy.future import Connection

from bot.domain.console import GivenAnswer, Position, QueueFilter, Review, Show, Takeover
from bot.domain.deadlines import Regime
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
    for start in range(0, PEOPLE, BATCH):
        connection.execute(tables.requests.insert(), [as_row(_request(n)) for n in range(start, start + BATCH)])
    taken = [as_row(Takeover(f"t{n}", f"c{n}", "s1", "Ada", _at(n), _at(n))) for n in range(0, CONVERSATIONS, 2_000)]
    connection.execute(tables.takeovers.insert(), taken)


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
            "text": f"Message {seq} of conversation {number}, about as long as such a message is.",
            "delivery": Delivery.ANSWERED,
            "buttons": (),
            "card": None,
            "reply_to": None if seq % 2 else seq - 1,
            "client_id": None,
        }


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
    ("numbers of 30 days", lambda uow: uow.statistics.numbers(NOW - timedelta(days=30), NOW)),
)


def main() -> None:
    """Prints one line per list; exits with 1 when one is too slow."""
    url = sys.argv[1] if len(sys.argv) > 1 else f"sqlite:///{tempfile.mkdtemp()}/desk.db"
    upgrade(url)
    engine = open_engine(url)
    started = time.perf_counter()
    with engine.begin() as connection:
        fill(connection)
    with engine.begin() as connection:
        connection.exec_driver_sql("ANALYZE")
    engine.dispose()
    print(
        f"{CONVERSATIONS:,} conversations, {CONVERSATIONS * MESSAGES:,} messages: {time.perf_counter() - started:.0f} s"
    )
    transactions, slow = SqlTransactions(url), False
    for name, ask in LISTS:
        times = [_milliseconds(transactions, ask) for _ in range(7)]
        slow = slow or statistics.median(times) >= LIMIT
        print(f"{name:28} p50 {statistics.median(times):6.1f} ms   worst {max(times):6.1f} ms")
    sys.exit(1 if slow else 0)


def _milliseconds(transactions: SqlTransactions, ask: Callable[[UnitOfWork], Any]) -> float:
    started = time.perf_counter()
    with transactions() as uow:
        ask(uow)
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    main()
