"""The audit log, read backwards."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.future import Connection

from bot.domain.audit import AuditEntry, AuditTag
from bot.storage import tables
from bot.storage.rows import selecting


class SqlTrail:
    """Pages of the log, newest first."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._table = tables.audit

    def newest(
        self, before: int | None, limit: int, *, actor: str = "", subject: str = "", tag: str = ""
    ) -> Sequence[tuple[int, AuditEntry, str]]:
        """(number, entry, seal); empty filters match everything, an unknown tag nothing."""
        if tag and tag not in {known.value for known in AuditTag}:
            return []
        table = self._table
        query = selecting(table, AuditEntry).add_columns(table.c.number, table.c.seal)
        if before is not None:
            query = query.where(table.c.number < before)
        if actor:
            query = query.where(table.c.actor == actor)
        if subject:
            query = query.where(table.c.subject == subject)
        if tag:
            query = query.where(table.c.tag == AuditTag(tag))
        found = []
        for row in self._connection.execute(query.order_by(table.c.number.desc()).limit(limit)):
            values = dict(row._mapping)
            number, seal = values.pop("number"), values.pop("seal")
            found.append((number, AuditEntry(**values), seal))
        return found
