"""The console: staff, takeovers, notes, answers, and what its lists are sorted by."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
_WAITING = sa.text("handoff_at IS NOT NULL")
_CURRENT = sa.text("given_back_at IS NULL")
_OPEN = sa.text("review = 'open'")


def upgrade() -> None:
    """Creates the tables and indexes; a conversation that is already there was last active with its last message."""
    _staff()
    _desk()
    _lists()


def _staff() -> None:
    op.create_table(
        "staff",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("totp", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("totp_step", sa.Integer(), nullable=False),
        sa.Column("invitation", sa.Text()),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("failed_sign_ins", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("email", name=op.f("uq_staff_email")),
    )
    op.create_table(
        "staff_sessions",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("staff_id", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_sessions_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_sessions")),
    )
    op.create_index("ix_staff_sessions_staff_id", "staff_sessions", ["staff_id"])
    op.create_table(
        "staff_recovery",
        sa.Column("staff_id", sa.Text(), nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_recovery_staff_id")),
        sa.PrimaryKeyConstraint("staff_id", "code_hash", name=op.f("pk_staff_recovery")),
    )


def _desk() -> None:
    op.create_table(
        "takeovers",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("conversation_id", sa.Text(), nullable=False),
        sa.Column("staff_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True)),
        sa.Column("given_back_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_takeovers")),
    )
    op.create_index("ix_takeovers_taken_at", "takeovers", ["taken_at"])
    _partial("uq_takeovers_current", "takeovers", ["conversation_id"], _CURRENT, unique=True)
    op.create_table(
        "request_notes",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("staff_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_notes")),
    )
    op.create_index("ix_request_notes_request_id_at", "request_notes", ["request_id", "at"])
    op.create_table(
        "answers",
        sa.Column("conversation_id", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("review", sa.Text()),
        sa.PrimaryKeyConstraint("conversation_id", "seq", name=op.f("pk_answers")),
    )
    op.create_index("ix_answers_at_outcome", "answers", ["at", "outcome"])
    _partial("ix_answers_weak", "answers", ["at", "conversation_id"], _OPEN)


def _lists() -> None:
    op.add_column("conversations", sa.Column("last_at", sa.DateTime(timezone=True)))
    op.execute(
        """
        UPDATE conversations SET last_at = COALESCE(
            (SELECT MAX(at) FROM messages WHERE messages.conversation_id = conversations.id), created_at
        )
        """
    )
    op.create_index("ix_conversations_mailbox", "conversations", ["mailbox"])
    op.create_index("ix_conversations_created_at", "conversations", ["created_at"])
    op.create_index("ix_conversations_last_at_id", "conversations", ["last_at", "id"])
    _partial("ix_conversations_waiting", "conversations", ["last_at", "id"], _WAITING)
    op.create_index("ix_requests_due_at_id", "requests", ["due_at", "id"])


def _partial(
    name: str, table: str, columns: list[str], where: sa.sql.elements.TextClause, *, unique: bool = False
) -> None:
    op.create_index(name, table, columns, unique=unique, sqlite_where=where, postgresql_where=where)
