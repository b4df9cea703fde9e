"""The audit log. There is no way here to change or remove a row, and triggers in the database refuse both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timezone

from sqlalchemy import func, select
from sqlalchemy.future import Connection

from bot.domain.audit import GENESIS, AuditEntry, seal
from bot.storage import tables
from bot.storage.rows import as_row, is_postgres, selecting
from bot.storage.types import storable

_CHAIN_LOCK = 7_022_015
"""Key of the advisory lock that one writer of the chain holds at a time."""


class SqlAudit:
    """Entries are numbered and sealed when the transaction commits.

    All writers share one chain. Taking its lock last keeps it for one round trip instead of a whole transaction, and
    keeps it out of every deadlock.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._table = tables.audit
        self._pending: list[AuditEntry] = []

    def append(self, entry: AuditEntry) -> None:
        """Puts the entry at the end of the chain."""
        self._pending.append(_as_stored(entry))

    def rows(self, after: int = 0, limit: int = 1000) -> Sequence[tuple[int, AuditEntry, str]]:
        """(number, entry, seal), oldest first."""
        self.flush()
        query = selecting(self._table, AuditEntry).add_columns(self._table.c.number, self._table.c.seal)
        query = query.where(self._table.c.number > after).order_by(self._table.c.number).limit(limit)
        found = []
        for row in self._connection.execute(query):
            values = dict(row._mapping)
            number, stored = values.pop("number"), values.pop("seal")
            found.append((number, AuditEntry(**values), stored))
        return found

    def flush(self) -> None:
        """Numbers, seals and stores what was appended; the transaction calls it before it commits."""
        if not self._pending:
            return
        number, previous = self._head()
        rows = []
        for entry in self._pending:
            number, previous = number + 1, seal(entry, previous)
            rows.append({**as_row(entry), "number": number, "seal": previous})
        self._connection.execute(self._table.insert(), rows)
        self._pending.clear()

    def _head(self) -> tuple[int, str]:
        if is_postgres(self._connection):
            self._connection.execute(select(func.pg_advisory_xact_lock(_CHAIN_LOCK)))
        newest = select(self._table.c.number, self._table.c.seal).order_by(self._table.c.number.desc()).limit(1)
        row = self._connection.execute(newest).one_or_none()
        return (row.number, row.seal) if row else (0, GENESIS)


def _as_stored(entry: AuditEntry) -> AuditEntry:
    """The entry exactly as it will be read back, for that is what the seal covers."""
    return replace(
        entry,
        at=entry.at.astimezone(timezone.utc),
        actor=storable(entry.actor),
        subject=storable(entry.subject),
        conversation_id=storable(entry.conversation_id),
        details={storable(key): storable(value) for key, value in entry.details.items()},
    )
