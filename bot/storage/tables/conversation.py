"""Conversations, what was said in them, the codes and proposals they wait for."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table, UniqueConstraint, text

from bot.domain.identity import Means
from bot.domain.messages import Delivery, Sender
from bot.domain.proposals import ProposalKind, ProposalState
from bot.storage.tables.base import metadata
from bot.storage.types import Buttons, EnumText, JsonObject, PlainText, Rung, UtcDateTime

conversations = Table(
    "conversations",
    metadata,
    Column("id", PlainText, primary_key=True),
    Column("channel", PlainText, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("mailbox", PlainText),
    Column("account_id", ForeignKey("accounts.id")),
    Column("base", Rung, nullable=False),
    Column("code_at", UtcDateTime),
    Column("handoff_at", UtcDateTime),
    Column("last_seq", Integer, nullable=False, default=0),
    Column("last_at", UtcDateTime),
    Column("means", EnumText(Means)),
    Index("ix_conversations_account_id", "account_id"),
    Index("ix_conversations_mailbox", "mailbox"),
    Index("ix_conversations_created_at", "created_at"),
    Index("ix_conversations_last_at_id", "last_at", "id"),
)
Index(
    "ix_conversations_waiting",
    conversations.c.last_at,
    conversations.c.id,
    sqlite_where=text("handoff_at IS NOT NULL"),
    postgresql_where=text("handoff_at IS NOT NULL"),
)

messages = Table(
    "messages",
    metadata,
    Column("conversation_id", ForeignKey("conversations.id"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("sender", EnumText(Sender), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("text", PlainText, nullable=False),
    Column("client_id", PlainText),
    Column("delivery", EnumText(Delivery), nullable=False),
    Column("buttons", Buttons, nullable=False),
    Column("card", JsonObject),
    Column("reply_to", Integer),
    Column("rung", Rung),
    Column("means", EnumText(Means)),
    UniqueConstraint("conversation_id", "client_id"),
    Index("ix_messages_conversation_id_reply_to", "conversation_id", "reply_to"),
    Index("ix_messages_at", "at"),
)

codes = Table(
    "codes",
    metadata,
    Column("id", PlainText, primary_key=True),
    Column("conversation_id", ForeignKey("conversations.id"), nullable=False),
    Column("mailbox", PlainText, nullable=False),
    Column("code_hash", PlainText, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("live", Boolean, nullable=False, default=True),
    Index("ix_codes_mailbox_created_at", "mailbox", "created_at"),
)
Index("uq_codes_live", codes.c.conversation_id, unique=True, sqlite_where=codes.c.live, postgresql_where=codes.c.live)

proposals = Table(
    "proposals",
    metadata,
    Column("id", PlainText, primary_key=True),
    Column("conversation_id", ForeignKey("conversations.id"), nullable=False),
    Column("kind", EnumText(ProposalKind), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("details", JsonObject, nullable=False),
    Column("state", EnumText(ProposalState), nullable=False),
    Column("asked", Boolean, nullable=False),
)
Index(
    "uq_proposals_open",
    proposals.c.conversation_id,
    unique=True,
    sqlite_where=text("state = 'open'"),
    postgresql_where=text("state = 'open'"),
)
