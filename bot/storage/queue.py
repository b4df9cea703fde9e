"""Lists over everybody's requests, and what staff noted about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

from sqlalchemy import select, tuple_
from sqlalchemy.future import Connection

from bot.domain.console import OPEN_STATES, Note, Position, QueueFilter, QueueRow
from bot.domain.requests import PrivacyRequest
from bot.storage import tables
from bot.storage.rows import as_row, insert, keyset, many, selecting

_R = tables.requests
_OWN = tuple(field.name for field in fields(PrivacyRequest))


class SqlQueue:
    """What is due first comes first."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def page(self, wanted: QueueFilter, after: Position | None, limit: int) -> Sequence[QueueRow]:
        """A page of requests that fit the filter."""
        joined = _R.outerjoin(tables.accounts, tables.accounts.c.id == _R.c.account_id)
        query = select(*(_R.c[name] for name in _OWN), tables.accounts.c.email).select_from(joined)
        if wanted.state is not None:
            query = query.where(_R.c.state == wanted.state)
        elif wanted.open_only:
            query = query.where(_R.c.state.in_(OPEN_STATES))
        if wanted.type is not None:
            query = query.where(_R.c.type == wanted.type)
        if wanted.overdue_at is not None:
            query = query.where(_R.c.due_at < wanted.overdue_at)
        if after is not None:
            query = query.where(tuple_(_R.c.due_at, _R.c.id) > keyset(after))
        rows = []
        for row in self._connection.execute(query.order_by(_R.c.due_at, _R.c.id).limit(limit)):
            values = dict(row._mapping)
            email = values.pop("email") or values["mailbox"]
            rows.append(QueueRow(PrivacyRequest(**values), email))
        return rows

    def add_note(self, note: Note) -> None:
        """Notes are never changed."""
        insert(self._connection, tables.request_notes, as_row(note))

    def notes(self, request_id: str) -> Sequence[Note]:
        """Oldest first."""
        table = tables.request_notes
        query = selecting(table, Note).where(table.c.request_id == request_id).order_by(table.c.at, table.c.id)
        return many(self._connection, query, Note)
