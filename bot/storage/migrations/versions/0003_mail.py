"""The mail inbox: what came in, its threads, what we sent, addresses that do not exist."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Creates the tables."""
    op.create_table(
        "mail_threads",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("conversation_id", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("waiting", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_mail_threads_conversation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_threads")),
        sa.UniqueConstraint("reference", name=op.f("uq_mail_threads_reference")),
        sa.UniqueConstraint("conversation_id", name=op.f("uq_mail_threads_conversation_id")),
    )
    op.create_table(
        "mail_inbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("envelope_from", sa.Text()),
        sa.Column("recipients", sa.JSON(), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("thread_id", sa.Text()),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True)),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        sa.Column("sender", sa.Text()),
        sa.Column("check", sa.Text()),
        sa.Column("reason", sa.Text()),
        sa.ForeignKeyConstraint(["thread_id"], ["mail_threads.id"], name=op.f("fk_mail_inbox_thread_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_inbox")),
        sa.UniqueConstraint("key", name=op.f("uq_mail_inbox_key")),
    )
    op.create_index("ix_mail_inbox_state_due_at", "mail_inbox", ["state", "due_at"])
    op.create_index("ix_mail_inbox_sender_closed_at", "mail_inbox", ["sender", "closed_at"])
    op.create_index("ix_mail_inbox_thread_id_closed_at", "mail_inbox", ["thread_id", "closed_at"])
    op.create_table(
        "mail_sent",
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("thread_id", sa.Text()),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["thread_id"], ["mail_threads.id"], name=op.f("fk_mail_sent_thread_id")),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_mail_sent")),
    )
    op.create_table(
        "mail_suppressed",
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_mail_suppressed")),
    )
