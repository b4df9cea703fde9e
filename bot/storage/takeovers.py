"""Who of ours speaks in which conversation. A unique index lets one person in at a time."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.future import Connection

from bot.domain.console import Takeover
from bot.storage import tables
from bot.storage.rows import as_row, changed, insert_new, one, selecting


class SqlTakeovers:
    """Takeovers, past and present."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._table = tables.takeovers

    def start(self, takeover: Takeover) -> bool:
        """Whether nobody else had the conversation."""
        return insert_new(self._connection, self._table, as_row(takeover))

    def current(self, conversation_id: str) -> Takeover | None:
        """Who has the conversation now."""
        query = selecting(self._table, Takeover).where(
            self._table.c.conversation_id == conversation_id, self._table.c.given_back_at.is_(None)
        )
        return one(self._connection, query, Takeover)

    def end(self, takeover_id: str, at: datetime) -> bool:
        """Whether this call ended it."""
        mine = (self._table.c.id == takeover_id, self._table.c.given_back_at.is_(None))
        return changed(self._connection, update(self._table).where(*mine).values(given_back_at=at)) == 1
