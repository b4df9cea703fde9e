"""Mail that came in, threads, what we sent, and addresses that nothing can be sent to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlalchemy.future import Connection

from bot.domain.mail import PEN, MailState, MailThread, PenRow, SenderCheck, SentMail, StoredMail, SuppressedAddress
from bot.storage import tables
from bot.storage.rows import as_row, changed, insert, insert_new, many, one, selecting, update_row


class SqlMailInbox:
    """A mail waits until it is settled; while a worker has it, it is leased."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._table = tables.mail_inbox

    def put(
        self,
        key: str,
        source: str,
        raw: bytes,
        envelope_from: str | None,
        recipients: Sequence[str],
        at: datetime,
        dead: str | None = None,
    ) -> bool:
        """Keeps a mail; False when it was here before."""
        row = {"key": key, "source": source, "raw": raw, "envelope_from": envelope_from, "recipients": recipients}
        state = MailState.WAITING if dead is None else MailState.DEAD
        times = {"arrived_at": at, "due_at": at, "attempts": 0, "state": state, "reason": dead}
        return insert_new(self._connection, self._table, {**row, **times})

    def claim(self, now: datetime, lease_until: datetime, limit: int) -> Sequence[StoredMail]:
        """Mails that are due, oldest first, leased until then; two workers never get the same one."""
        columns = self._table.c
        free = or_(columns.leased_until.is_(None), columns.leased_until <= now)
        query = selecting(self._table, StoredMail).where(
            columns.state == MailState.WAITING, columns.due_at <= now, free
        )
        # SQLite ignores FOR UPDATE, and needs none: one transaction at a time.
        mails = many(
            self._connection, query.order_by(columns.id).limit(limit).with_for_update(skip_locked=True), StoredMail
        )
        ids = [mail.id for mail in mails]
        changed(self._connection, update(self._table).where(columns.id.in_(ids)).values(leased_until=lease_until))
        return mails

    def hold(self, mail_id: int) -> bool:
        """Whether it still waits; if so nobody else can settle it until this transaction ends."""
        columns = self._table.c
        query = select(columns.id).where(columns.id == mail_id, columns.state == MailState.WAITING)
        return self._connection.execute(query.with_for_update()).one_or_none() is not None

    def assign(self, mail_id: int, thread_id: str) -> None:
        """Remembers the thread, so that a second attempt goes on in the same one."""
        changed(self._connection, update(self._table).where(self._table.c.id == mail_id).values(thread_id=thread_id))

    def settle(
        self, mail_id: int, state: MailState, at: datetime, *, reason: str, sender: str, check: SenderCheck | None
    ) -> bool:
        """Closes a waiting mail; whether this call did it."""
        return self._waiting(mail_id, state=state, closed_at=at, reason=reason, sender=sender, check=check) == 1

    def retry(self, mail_id: int, due_at: datetime, error: str) -> None:
        """Counts the attempt and makes it due again then."""
        self._waiting(mail_id, due_at=due_at, attempts=self._table.c.attempts + 1, reason=error)

    def counts(self) -> Mapping[MailState, int]:
        """How many mails there are in each state."""
        query = select(self._table.c.state, func.count()).group_by(self._table.c.state)
        return {row[0]: row[1] for row in self._connection.execute(query)}

    def answered_since(self, since: datetime, *, sender: str | None = None, thread_id: str | None = None) -> int:
        """How many answers one sender, or one thread, got since then."""
        columns = self._table.c
        whose = columns.sender == sender if thread_id is None else columns.thread_id == thread_id
        query = select(func.count()).where(whose, columns.state == MailState.ANSWERED, columns.closed_at >= since)
        return int(self._connection.execute(query).scalar_one())

    def page(self, state: MailState, before: int | None, limit: int) -> Sequence[PenRow]:
        """Mails in a state without their content, newest first."""
        columns = self._table.c
        query = self._rows().where(columns.state == state)
        if before is not None:
            query = query.where(columns.id < before)
        return [
            PenRow(**row._mapping) for row in self._connection.execute(query.order_by(columns.id.desc()).limit(limit))
        ]

    def one(self, mail_id: int) -> tuple[PenRow, StoredMail] | None:
        """A mail with its content, or None."""
        mine = self._table.c.id == mail_id
        row = self._connection.execute(self._rows().where(mine)).one_or_none()
        stored = one(self._connection, selecting(self._table, StoredMail).where(mine), StoredMail)
        return None if row is None or stored is None else (PenRow(**row._mapping), stored)

    def release(self, mail_id: int, at: datetime) -> bool:
        """Makes a mail that waits for a person wait for the assistant again; whether this call did it."""
        fresh = {"state": MailState.WAITING, "released": True, "attempts": 0, "due_at": at, "closed_at": None}
        return self._in_pen(mail_id, leased_until=None, **fresh)

    def discard(self, mail_id: int, at: datetime) -> bool:
        """Throws away what a mail that waits for a person says; whether this call did it."""
        return self._in_pen(mail_id, state=MailState.DISCARDED, closed_at=at, raw=b"", sender=None)

    def _in_pen(self, mail_id: int, **values: Any) -> bool:
        mine = (self._table.c.id == mail_id, self._table.c.state.in_(PEN))
        return changed(self._connection, update(self._table).where(*mine).values(**values)) == 1

    def _rows(self) -> Any:
        columns = self._table.c
        return select(
            *(columns.id, columns.arrived_at, columns.state, columns.check),
            func.coalesce(columns.reason, "").label("reason"),
            func.coalesce(columns.sender, "").label("sender"),
            func.length(columns.raw).label("size"),
        )

    def _waiting(self, mail_id: int, **values: Any) -> int:
        # Only a waiting mail: a worker whose lease ran out must not bring back what another one finished.
        mine = (self._table.c.id == mail_id, self._table.c.state == MailState.WAITING)
        return changed(self._connection, update(self._table).where(*mine).values(leased_until=None, **values))


class SqlMailThreads:
    """Threads, and the Message-IDs we gave out in them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._table = tables.mail_threads

    def add(self, thread: MailThread) -> None:
        """Raises NotFound when its conversation does not exist."""
        insert(self._connection, self._table, as_row(thread))

    def save(self, thread: MailThread) -> None:
        """Overwrites the thread."""
        update_row(self._connection, self._table, thread)

    def get(self, thread_id: str) -> MailThread | None:
        """The thread, or None."""
        return one(self._connection, self._by(self._table.c.id == thread_id), MailThread)

    def by_reference(self, reference: str) -> MailThread | None:
        """The thread a person names by `MSG-…`, or None."""
        return one(self._connection, self._by(self._table.c.reference == reference), MailThread)

    def by_conversation(self, conversation_id: str) -> MailThread | None:
        """The thread that a conversation goes on in, or None when it is not by mail."""
        return one(self._connection, self._by(self._table.c.conversation_id == conversation_id), MailThread)

    def sent(self, mail: SentMail, at: datetime) -> None:
        """Remembers a Message-ID of ours; one that is known stays as it is."""
        insert_new(self._connection, tables.mail_sent, {**as_row(mail), "at": at})

    def sent_with(self, message_ids: Sequence[str]) -> Sequence[SentMail]:
        """Those of our mails that have one of these ids."""
        sent = tables.mail_sent
        return many(self._connection, selecting(sent, SentMail).where(sent.c.message_id.in_(message_ids)), SentMail)

    def _by(self, condition: Any) -> Any:
        return selecting(self._table, MailThread).where(condition)


class SqlSuppressions:
    """Addresses that no mail goes to, of whatever kind."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._table = tables.mail_suppressed

    def add(self, address: str, reason: str, at: datetime) -> None:
        """An address that is already there stays as it is."""
        insert_new(self._connection, self._table, {"address": address, "reason": reason, "at": at})

    def reason(self, address: str) -> str | None:
        """Why nothing goes there, or None."""
        query = select(self._table.c.reason).where(self._table.c.address == address)
        found: str | None = self._connection.execute(query).scalar_one_or_none()
        return found

    def remove(self, address: str) -> bool:
        """Whether it was there."""
        return changed(self._connection, self._table.delete().where(self._table.c.address == address)) == 1

    def page(self, after: str, limit: int) -> Sequence[SuppressedAddress]:
        """Addresses in alphabetical order, from the one after `after`."""
        query = selecting(self._table, SuppressedAddress).where(self._table.c.address > after)
        return many(self._connection, query.order_by(self._table.c.address).limit(limit), SuppressedAddress)

    def count(self) -> int:
        """How many there are."""
        return int(self._connection.execute(select(func.count()).select_from(self._table)).scalar_one())
