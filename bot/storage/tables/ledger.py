"""What is to be carried out, what was done, and which tokens are used up."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Index, Integer, Table, UniqueConstraint

from bot.domain.audit import AuditTag
from bot.domain.messages import OutboxKind
from bot.storage.tables.base import metadata
from bot.storage.types import EnumText, JsonObject, PlainText, UtcDateTime

outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", PlainText, nullable=False),
    Column("kind", EnumText(OutboxKind), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("payload", JsonObject, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("state", PlainText, nullable=False),
    Column("leased_until", UtcDateTime),
    Column("closed_at", UtcDateTime),
    Column("last_error", PlainText),
    UniqueConstraint("key"),
    CheckConstraint("state IN ('waiting', 'done', 'buried')", name="state"),
    Index("ix_outbox_state_due_at", "state", "due_at"),
)

audit = Table(
    "audit",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("tag", EnumText(AuditTag), nullable=False),
    Column("actor", PlainText, nullable=False),
    Column("subject", PlainText, nullable=False),
    Column("conversation_id", PlainText, nullable=False),
    Column("details", JsonObject, nullable=False),
    Column("seal", PlainText, nullable=False),
)

spent_tokens = Table(
    "spent_tokens",
    metadata,
    Column("token_id", PlainText, primary_key=True),
    Column("expires_at", UtcDateTime, nullable=False),
)
