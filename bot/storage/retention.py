"""Removes what is too old, a batch at a time. On PostgreSQL a row that another worker holds is left to that one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Table, and_, delete, exists, func, or_, select, update
from sqlalchemy.future import Connection

from bot.domain.mail import MailState
from bot.domain.requests import PrivacyRequest
from bot.storage import tables
from bot.storage.outbox import WAITING
from bot.storage.rows import changed, many, selecting

_C, _M, _R = tables.conversations, tables.mail_inbox, tables.requests
_ASIDE = (MailState.HELD, MailState.LOOPED, MailState.DEAD)


class SqlRetention:
    """Every method takes the oldest first and says how many it removed."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def closed_requests(self, before: datetime, limit: int) -> Sequence[PrivacyRequest]:
        """Requests that were closed before then, held until the transaction ends."""
        query = selecting(_R, PrivacyRequest).where(_R.c.closed_at < before).order_by(_R.c.closed_at, _R.c.id)
        return many(self._connection, query.limit(limit).with_for_update(skip_locked=True), PrivacyRequest)

    def empty_mails(self, closed: datetime, held: datetime, limit: int) -> int:
        """Empties mails that were closed before `closed`, or put aside before `held`."""
        ended = func.coalesce(_M.c.closed_at, _M.c.arrived_at)
        old = or_(
            and_(_M.c.state.in_((MailState.ANSWERED, MailState.IGNORED)), ended < closed),
            and_(_M.c.state.in_(_ASIDE), ended < held),
        )
        ids = self._oldest(_M.c.id, _M.c.id, limit, old, _M.c.raw != b"")
        empty = {"raw": b"", "envelope_from": None, "recipients": (), "sender": None}
        return changed(self._connection, update(_M).where(_M.c.id.in_(ids)).values(**empty))

    def silent_conversations(self, before: datetime, limit: int) -> Sequence[str]:
        """Ids of conversations in which nothing was said since then, and nothing waits."""
        return self._oldest(_C.c.id, _last_said(), limit, *_silent(before))

    def delete_conversations(self, ids: Sequence[str], before: datetime) -> int:
        """Deletes those of them that are still silent.

        Of one in which a person decided about a setting the bare row stays, because the proof of that points to it.
        """
        mine = self._oldest(_C.c.id, _last_said(), len(ids), _C.c.id.in_(ids), *_silent(before))
        self._empty_conversations(mine)
        changed(self._connection, delete(_C).where(_C.c.id.in_(mine), ~_proof()))
        return len(mine)

    def _empty_conversations(self, ids: Sequence[str]) -> None:
        threads = select(tables.mail_threads.c.id).where(tables.mail_threads.c.conversation_id.in_(ids))
        run = self._connection
        changed(run, update(_M).where(_M.c.thread_id.in_(threads)).values(thread_id=None))
        changed(run, delete(tables.mail_sent).where(tables.mail_sent.c.thread_id.in_(threads)))
        for name in ("messages", "codes", "proposals", "mail_threads", "answers", "ratings", "scores", "takeovers"):
            table: Table = getattr(tables, name)
            changed(run, delete(table).where(table.c.conversation_id.in_(ids)))
        changed(run, update(_R).where(_R.c.conversation_id.in_(ids)).values(conversation_id=None))

    def delete_proposals(self, before: datetime, limit: int) -> int:
        """Deletes proposals that ended before then."""
        table = tables.proposals
        return self._delete(table, table.c.id, table.c.expires_at, before, limit)

    def delete_codes(self, before: datetime, limit: int) -> int:
        """Deletes codes that ended before then."""
        table = tables.codes
        return self._delete(table, table.c.id, table.c.expires_at, before, limit)

    def delete_spent_tokens(self, before: datetime, limit: int) -> int:
        """Deletes ids of tokens that ended before then."""
        table = tables.spent_tokens
        return self._delete(table, table.c.token_id, table.c.expires_at, before, limit)

    def delete_closed_work(self, before: datetime, limit: int) -> int:
        """Deletes outbox items that were done or given up before then."""
        table = tables.outbox
        return self._delete(table, table.c.id, table.c.closed_at, before, limit, table.c.state != WAITING)

    def _delete(
        self, table: Table, key: Column[Any], ended: Column[Any], before: datetime, limit: int, *more: Any
    ) -> int:
        ids = self._oldest(key, ended, limit, ended < before, *more)
        return changed(self._connection, delete(table).where(key.in_(ids)))

    def _oldest(self, key: Column[Any], age: Any, limit: int, *conditions: Any) -> list[Any]:
        # SQLite ignores FOR UPDATE, and needs none: one transaction at a time.
        table = key.table
        query = select(key).where(*conditions).order_by(age, key).limit(limit)
        return list(self._connection.execute(query.with_for_update(skip_locked=True, of=table)).scalars())


def _last_said() -> Any:
    return func.coalesce(_C.c.last_at, _C.c.created_at)


def _proof() -> Any:
    return exists().where(tables.consents.c.conversation_id == _C.c.id)


def _silent(before: datetime) -> tuple[Any, ...]:
    unanswered = exists().where(and_(_R.c.conversation_id == _C.c.id, _R.c.closed_at.is_(None)))
    said = exists().where(tables.messages.c.conversation_id == _C.c.id)
    return _last_said() < before, ~unanswered, or_(~_proof(), said)
