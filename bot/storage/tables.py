"""The tables. Columns that a domain object has carry its attribute's name; the others are storage's own business.

Migrations create them; a test compares the two.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    UniqueConstraint,
    false,
    text,
)

from bot.domain.audit import AuditTag
from bot.domain.console import Review
from bot.domain.deadlines import Regime
from bot.domain.identity import Means
from bot.domain.mail import MailState, SenderCheck
from bot.domain.messages import Delivery, OutboxKind, Sender
from bot.domain.passages import Outcome
from bot.domain.proposals import ProposalKind, ProposalState
from bot.domain.requests import RequestState, RequestType
from bot.domain.staff import Role
from bot.storage.types import Buttons, EnumText, JsonObject, PlainText, Rung, Texts, UtcDateTime

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

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
