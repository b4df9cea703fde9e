"""Mail that came, its threads, and what of ours went out or must not."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, LargeBinary, Table, UniqueConstraint, false

from bot.domain.mail import MailState, SenderCheck
from bot.storage.tables.base import metadata
from bot.storage.types import EnumText, PlainText, Texts, UtcDateTime

mail_inbox = Table(
    "mail_inbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", PlainText, nullable=False),
    Column("source", PlainText, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    Column("envelope_from", PlainText),
    Column("recipients", Texts, nullable=False),
    Column("arrived_at", UtcDateTime, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("thread_id", ForeignKey("mail_threads.id")),
    Column("state", EnumText(MailState), nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("leased_until", UtcDateTime),
    Column("closed_at", UtcDateTime),
    Column("sender", PlainText),
    Column("check", EnumText(SenderCheck)),
    Column("reason", PlainText),
    Column("released", Boolean, nullable=False, server_default=false()),
    UniqueConstraint("key"),
    Index("ix_mail_inbox_state_due_at", "state", "due_at"),
    Index("ix_mail_inbox_state_id", "state", "id"),
    Index("ix_mail_inbox_sender_closed_at", "sender", "closed_at"),
    Index("ix_mail_inbox_thread_id_closed_at", "thread_id", "closed_at"),
)

mail_threads = Table(
    "mail_threads",
    metadata,
    Column("id", PlainText, primary_key=True),
    Column("conversation_id", ForeignKey("conversations.id"), nullable=False),
    Column("reference", PlainText, nullable=False),
    Column("sender", PlainText, nullable=False),
    Column("subject", PlainText, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("waiting", Texts, nullable=False),
    Column("in_reply_to", PlainText),
    Column("references", Texts),
    UniqueConstraint("reference"),
    UniqueConstraint("conversation_id"),
)

mail_sent = Table(
    "mail_sent",
    metadata,
    Column("message_id", PlainText, primary_key=True),
    Column("recipient", PlainText, nullable=False),
    Column("thread_id", ForeignKey("mail_threads.id")),
    Column("at", UtcDateTime, nullable=False),
)

mail_suppressed = Table(
    "mail_suppressed",
    metadata,
    Column("address", PlainText, primary_key=True),
    Column("reason", PlainText, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)
