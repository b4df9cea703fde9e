"""Members of staff, how they sign in, and the conversations they took over."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table, UniqueConstraint, text

from bot.domain.staff import Role
from bot.storage.tables.base import metadata
from bot.storage.types import EnumText, PlainText, UtcDateTime

staff = Table(
    "staff",
    metadata,
    Column("id", PlainText, primary_key=True),
    Column("email", PlainText, nullable=False),
    Column("name", PlainText, nullable=False),
    Column("role", EnumText(Role), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("totp", PlainText, nullable=False),
    Column("password_hash", PlainText, nullable=False),
    Column("totp_step", Integer, nullable=False),
    Column("invitation", PlainText),
    Column("active", Boolean, nullable=False),
    Column("failed_sign_ins", Integer, nullable=False),
    Column("locked_until", UtcDateTime),
    UniqueConstraint("email"),
)

staff_sessions = Table(
    "staff_sessions",
    metadata,
    Column("id", PlainText, primary_key=True),
    Column("staff_id", ForeignKey("staff.id"), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Index("ix_staff_sessions_staff_id", "staff_id"),
)

staff_recovery = Table(
    "staff_recovery",
    metadata,
    Column("staff_id", ForeignKey("staff.id"), primary_key=True),
    Column("code_hash", PlainText, primary_key=True),
)

takeovers = Table(
    "takeovers",
    metadata,
    Column("id", PlainText, primary_key=True),
    Column("conversation_id", PlainText, nullable=False),
    Column("staff_id", PlainText, nullable=False),
    Column("name", PlainText, nullable=False),
    Column("taken_at", UtcDateTime, nullable=False),
    Column("asked_at", UtcDateTime),
    Column("given_back_at", UtcDateTime),
    Index("ix_takeovers_taken_at", "taken_at"),
)
Index(
    "uq_takeovers_current",
    takeovers.c.conversation_id,
    unique=True,
    sqlite_where=text("given_back_at IS NULL"),
    postgresql_where=text("given_back_at IS NULL"),
)
