"""What people thought of answers and conversations."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import delete, select
from sqlalchemy.future import Connection

from bot.domain.console import Rating, Score
from bot.storage import tables
from bot.storage.rows import as_row, changed, one, selecting, upsert


class SqlFeedback:
    """One row per message that was rated, and one per conversation that was scored; the newest word counts."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def rate(self, rating: Rating) -> None:
        """Stores thumbs up or down."""
        upsert(self._connection, tables.ratings, as_row(rating), ("conversation_id", "seq"))

    def unrate(self, conversation_id: str, seq: int) -> None:
        """Takes a rating back."""
        table = tables.ratings
        mine = (table.c.conversation_id == conversation_id, table.c.seq == seq)
        changed(self._connection, delete(table).where(*mine))

    def ratings(self, conversation_id: str) -> Mapping[int, bool]:
        """Thumbs by message number; True is up."""
        table = tables.ratings
        query = select(table.c.seq, table.c.up).where(table.c.conversation_id == conversation_id)
        return dict(self._connection.execute(query).all())

    def score(self, score: Score) -> None:
        """Stores how content somebody was."""
        upsert(self._connection, tables.scores, as_row(score), ("conversation_id",))

    def scored(self, conversation_id: str) -> Score | None:
        """How content somebody was, or None."""
        query = selecting(tables.scores, Score).where(tables.scores.c.conversation_id == conversation_id)
        return one(self._connection, query, Score)
