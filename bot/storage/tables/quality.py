"""How well the assistant answered, as it and people saw it."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, Table, text

from bot.domain.console import Review
from bot.domain.passages import Outcome
from bot.storage.tables.base import metadata
from bot.storage.types import EnumText, PlainText, UtcDateTime

answers = Table(
    "answers",
    metadata,
    Column("conversation_id", PlainText, primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("outcome", EnumText(Outcome), nullable=False),
    Column("review", EnumText(Review)),
    Index("ix_answers_at_outcome", "at", "outcome"),
)
Index(
    "ix_answers_weak",
    answers.c.at,
    answers.c.conversation_id,
    answers.c.seq,
    sqlite_where=text("review = 'open'"),
    postgresql_where=text("review = 'open'"),
)

ratings = Table(
    "ratings",
    metadata,
    Column("conversation_id", PlainText, primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("up", Boolean, nullable=False),
    Index("ix_ratings_at_up", "at", "up"),
)

scores = Table(
    "scores",
    metadata,
    Column("conversation_id", PlainText, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("score", Integer, nullable=False),
    Column("helped", Boolean, nullable=False),
    Index("ix_scores_at_score", "at", "score"),
)
