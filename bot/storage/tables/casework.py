"""Privacy requests, and what was done, approved, handed out and noted about each."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, Table, UniqueConstraint

from bot.domain.deadlines import Regime
from bot.domain.requests import RequestState, RequestType
from bot.storage.tables.base import metadata
from bot.storage.types import EnumText, JsonObject, PlainText, UtcDateTime

requests = Table(
    "requests",
    metadata,
    Column("id", PlainText, primary_key=True),
    Column("reference", PlainText, nullable=False),
    Column("type", EnumText(RequestType), nullable=False),
    Column("state", EnumText(RequestState), nullable=False),
    Column("regime", EnumText(Regime), nullable=False),
    Column("channel", PlainText, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("acknowledge_by", UtcDateTime),
    Column("conversation_id", ForeignKey("conversations.id")),
    Column("account_id", ForeignKey("accounts.id")),
    Column("mailbox", PlainText),
    Column("subject", PlainText, nullable=False),
    Column("verified_at", UtcDateTime),
    Column("acknowledged_at", UtcDateTime),
    Column("scheduled_for", UtcDateTime),
    Column("extended_at", UtcDateTime),
    Column("held_at", UtcDateTime),
    Column("closed_at", UtcDateTime),
    Column("reason", PlainText, nullable=False),
    Column("explanation", PlainText, nullable=False),
    Column("details", JsonObject, nullable=False),
    Column("version", Integer, nullable=False),
    UniqueConstraint("reference"),
    Index("ix_requests_account_id_received_at", "account_id", "received_at"),
    Index("ix_requests_due_at_id", "due_at", "id"),
    Index("ix_requests_mailbox", "mailbox"),
    Index("ix_requests_conversation_id", "conversation_id"),
    Index("ix_requests_state_updated_at", "state", "updated_at"),
)

receipts = Table(
    "receipts",
    metadata,
    Column("request_id", ForeignKey("requests.id"), primary_key=True),
    Column("store", PlainText, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("erased", Integer),
)

approvals = Table(
    "approvals",
    metadata,
    Column("request_id", ForeignKey("requests.id"), primary_key=True),
    Column("staff_id", ForeignKey("staff.id"), primary_key=True),
    Column("name", PlainText, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

exports = Table(
    "exports",
    metadata,
    Column("id", PlainText, primary_key=True),
    Column("request_id", ForeignKey("requests.id"), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("archive", LargeBinary, nullable=False),
    Column("taken_at", UtcDateTime),
    Index("ix_exports_request_id", "request_id"),
    Index("ix_exports_expires_at", "expires_at"),
)

request_notes = Table(
    "request_notes",
    metadata,
    Column("id", PlainText, primary_key=True),
    Column("request_id", PlainText, nullable=False),
    Column("staff_id", PlainText, nullable=False),
    Column("name", PlainText, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("text", PlainText, nullable=False),
    Index("ix_request_notes_request_id_at", "request_id", "at"),
)
