"""Feedback, how a person was verified when they said something, words of transcripts, mail that people deal with."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
_OPEN = sa.text("review = 'open'")
_MEANS = "CASE base WHEN 1 THEN 'code' WHEN 2 THEN 'password' END"


def upgrade() -> None:
    """Adds all of it; what was said before keeps no badge, for nobody wrote down then how sure we were."""
    _feedback()
    _identity()
    _words()
    _mail()


def _feedback() -> None:
    op.create_table(
        "ratings",
        sa.Column("conversation_id", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("up", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", "seq", name=op.f("pk_ratings")),
    )
    op.create_index("ix_ratings_at_up", "ratings", ["at", "up"])
    op.create_table(
        "scores",
        sa.Column("conversation_id", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("helped", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_scores")),
    )
    op.create_index("ix_scores_at_score", "scores", ["at", "score"])
    op.drop_index("ix_answers_weak", "answers")
    columns = ["at", "conversation_id", "seq"]
    op.create_index("ix_answers_weak", "answers", columns, sqlite_where=_OPEN, postgresql_where=_OPEN)


def _identity() -> None:
    op.add_column("conversations", sa.Column("means", sa.Text()))
    # A host site's word was kept as the same rung as a password; which of the two it was is in the audit log only.
    op.execute(f"UPDATE conversations SET means = {_MEANS} WHERE base > 0")  # noqa: S608
    op.add_column("messages", sa.Column("rung", sa.Integer()))
    op.add_column("messages", sa.Column("means", sa.Text()))


def _words() -> None:
    op.create_index("ix_messages_at", "messages", ["at"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE INDEX ix_messages_words ON messages USING gin "
            "(to_tsvector('simple', regexp_replace(text, '[!-/:-@\\[-`{-~]+', ' ', 'g')))"
        )


def _mail() -> None:
    op.add_column("mail_inbox", sa.Column("released", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index("ix_mail_inbox_state_id", "mail_inbox", ["state", "id"])
    op.add_column("mail_threads", sa.Column("in_reply_to", sa.Text()))
    op.add_column("mail_threads", sa.Column("references", sa.JSON()))
