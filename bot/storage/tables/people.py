"""Accounts, what people chose, and proof that they consented."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table, UniqueConstraint

from bot.storage.tables.base import metadata
from bot.storage.types import PlainText, UtcDateTime

accounts = Table(
    "accounts",
    metadata,
    Column("id", PlainText, primary_key=True),
    Column("email", PlainText, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("password_hash", PlainText, nullable=False),
    Column("full_name", PlainText, nullable=False),
    Column("phone", PlainText, nullable=False),
    Column("street_address", PlainText, nullable=False),
    Column("company_name", PlainText, nullable=False),
    Column("website", PlainText, nullable=False),
    Column("company_description", PlainText, nullable=False),
    Column("facebook_user", PlainText),
    Column("failed_sign_ins", Integer, nullable=False),
    Column("locked_until", UtcDateTime),
    Column("email_changed_at", UtcDateTime),
    UniqueConstraint("email"),
)

preferences = Table(
    "preferences",
    metadata,
    Column("account_id", ForeignKey("accounts.id"), primary_key=True),
    Column("setting", PlainText, primary_key=True),
    Column("value", Boolean, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
)

consents = Table(
    "consents",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("setting", PlainText, nullable=False),
    Column("granted", Boolean, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("channel", PlainText, nullable=False),
    Column("conversation_id", ForeignKey("conversations.id"), nullable=False),
    Column("policy_id", PlainText, nullable=False),
    Column("policy_version", PlainText, nullable=False),
    Index("ix_consents_account_id_id", "account_id", "id"),
)
