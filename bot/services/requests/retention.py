"""What is kept no longer than it is needed (GDPR Art. 5(1)(e))."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Callable, Iterator, Sequence

from bot.domain.audit import AuditTag
from bot.domain.erasure import Person
from bot.services.ports import Clock, Transactions, UnitOfWork
from bot.services.requests.ports import RemoteStore
from bot.services.requests.register import Register

BATCH = 50
REQUESTS_KEPT = timedelta(days=731)
"""24 months with a leap day in them: records of requests are kept for at least that long (11 CCR § 7101(a))."""
CODES_KEPT = timedelta(days=1)
"""Codes per mailbox are counted over an hour."""
TOKENS_KEPT = timedelta(days=1)
"""After their end, in case clocks differ."""
OUTBOX_KEPT = timedelta(days=30)
PROPOSALS_KEPT = timedelta(days=30)


@dataclass(frozen=True)
class Retention:
    """Each method works in batches, each its own transaction, and yields how many things a batch removed.

    Attributes:
        conversations_kept: after the last thing that was said.
        memories: what else remembers conversations by their id.
        mail_kept, held_mail_kept: the mails themselves, after they were answered, or put aside for a person.
    """

    transactions: Transactions
    clock: Clock
    register: Register
    conversations_kept: timedelta
    mail_kept: timedelta
    held_mail_kept: timedelta
    memories: Sequence[RemoteStore]

    def requests(self) -> Iterator[int]:
        """Closed requests with their receipts, approvals, exports and notes; that one was deleted is on record."""
        before = self.clock.now() - REQUESTS_KEPT

        def purge(uow: UnitOfWork) -> int:
            old = uow.retention.closed_requests(before, BATCH)
            for request in old:
                uow.requests.delete(request.id)
                self.register.record(uow, request, AuditTag.RECORD_PURGED, actor="system")
            return len(old)

        return self._batches(purge)

    def exports(self) -> Iterator[int]:
        """Copies that nobody took in time are emptied."""
        now = self.clock.now()
        return self._batches(lambda uow: uow.exports.purge(now))

    def mails(self) -> Iterator[int]:
        """Closed mails lose their text and addresses; what became of them stays, and the key that stops doubles."""
        now = self.clock.now()
        closed, held = now - self.mail_kept, now - self.held_mail_kept
        return self._batches(lambda uow: uow.retention.empty_mails(closed, held, BATCH))

    def conversations(self) -> Iterator[int]:
        """Whole conversations, unless a request that was begun in them is still open. Memories elsewhere go first:
        where one cannot be reached the conversation stays, and is tried again."""
        before = self.clock.now() - self.conversations_kept
        while True:
            with self.transactions() as uow:
                ids = tuple(uow.retention.silent_conversations(before, BATCH))
            for memory in self.memories if ids else ():
                asyncio.run(memory.erase(Person(conversations=ids), f"retention:{ids[0]}"))
            with self.transactions() as uow:
                count = uow.retention.delete_conversations(ids, before)
                uow.commit()
            if not count:
                return
            yield count

    def proposals(self) -> Iterator[int]:
        """Wishes that were answered, replaced or forgotten."""
        before = self.clock.now() - PROPOSALS_KEPT
        return self._batches(lambda uow: uow.retention.delete_proposals(before, BATCH))

    def codes(self) -> Iterator[int]:
        """One-time codes, long after they ended."""
        before = self.clock.now() - CODES_KEPT
        return self._batches(lambda uow: uow.retention.delete_codes(before, BATCH))

    def tokens(self) -> Iterator[int]:
        """Ids of single-use tokens that are too old to be used again anyway."""
        before = self.clock.now() - TOKENS_KEPT
        return self._batches(lambda uow: uow.retention.delete_spent_tokens(before, BATCH))

    def outbox(self) -> Iterator[int]:
        """Work that was done, or given up, long ago."""
        before = self.clock.now() - OUTBOX_KEPT
        return self._batches(lambda uow: uow.retention.delete_closed_work(before, BATCH))

    def _batches(self, once: Callable[[UnitOfWork], int]) -> Iterator[int]:
        while True:
            with self.transactions() as uow:
                count = once(uow)
                uow.commit()
            if not count:
                return
            yield count
