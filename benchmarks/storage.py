"""What the database costs a message, and how many messages a second several threads get through it.

    python -m benchmarks.storage [DATABASE_URL]

Without an address it uses a new SQLite file. A message is what the gateway does for one: read the conversation, store
what was said, store two replies with an audit row.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone

from bot.domain.audit import AuditEntry, AuditTag
from bot.domain.identity import Conversation
from bot.domain.messages import Message, Sender
from bot.security.randomness import SystemRandomness
from bot.storage.migrations import upgrade
from bot.storage.unit_of_work import SqlTransactions

TURNS = 600
THREADS = (1, 4, 8)


def converse(transactions: SqlTransactions, turns: int) -> list[float]:
    """Milliseconds of the opening and of each turn of one new conversation."""
    conversation_id, now = SystemRandomness().id(), datetime.now(timezone.utc)
    started = time.perf_counter()
    with transactions() as uow:
        uow.conversations.add(Conversation(conversation_id, "web", now))
        uow.commit()
    opened = (time.perf_counter() - started) * 1000
    return [opened, *(_turn(transactions, conversation_id, number, now) for number in range(turns))]


def _turn(transactions: SqlTransactions, conversation_id: str, number: int, now: datetime) -> float:
    started = time.perf_counter()
    with transactions() as uow:
        uow.conversations.get(conversation_id)
    with transactions() as uow:
        if uow.messages.by_client_id(conversation_id, str(number)) is None:
            uow.messages.append(Message(conversation_id, 0, Sender.PERSON, now, "hello", client_id=str(number)))
        uow.commit()
    with transactions() as uow:
        for _ in range(2):
            uow.messages.append(Message(conversation_id, 0, Sender.BOT, now, "a reply of some length " * 10))
        uow.audit.append(AuditEntry(now, AuditTag.SETTING_CHANGED, "person", "subject", conversation_id))
        uow.commit()
    return (time.perf_counter() - started) * 1000


def main() -> None:
    """Prints one line per number of threads."""
    url = sys.argv[1] if len(sys.argv) > 1 else f"sqlite:///{tempfile.mkdtemp()}/desk.db"
    upgrade(url)
    transactions = SqlTransactions(url)
    for threads in THREADS:
        started = time.perf_counter()
        with ThreadPoolExecutor(threads) as pool:
            conversations = list(pool.map(converse, [transactions] * threads, [TURNS // threads] * threads))
        spent = time.perf_counter() - started
        turns = sorted(turn for turns in conversations for turn in turns)
        print(
            f"{threads} threads: {len(turns) / spent:.0f} messages/s, p50 {statistics.median(turns):.1f} ms,"
            f" p95 {turns[int(len(turns) * 0.95)]:.1f} ms, worst {turns[-1]:.0f} ms"
        )
        if threads == 1:
            first, last = statistics.median(conversations[0][:20]), statistics.median(conversations[0][-20:])
            print(f"  first 20 turns {first:.1f} ms, last 20 of {TURNS} turns {last:.1f} ms")


if __name__ == "__main__":
    main()
