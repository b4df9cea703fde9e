"""Privacy requests from asked to done: deadlines, proof, holds, approvals, receipts, exports."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_MOMENTS = (
    "acknowledge_by",
    "verified_at",
    "acknowledged_at",
    "scheduled_for",
    "extended_at",
    "held_at",
    "closed_at",
)


def upgrade() -> None:
    """A request that is already there was proved and confirmed: no other kind was ever stored."""
    with op.batch_alter_table("requests") as table:
        table.alter_column("account_id", existing_type=sa.Text(), nullable=True)
        table.alter_column("conversation_id", existing_type=sa.Text(), nullable=True)
        for name in _MOMENTS:
            table.add_column(sa.Column(name, sa.DateTime(timezone=True)))
        table.add_column(sa.Column("mailbox", sa.Text()))
        for name, value in (("regime", "house"), ("channel", "web"), ("subject", ""), ("reason", "")):
            table.add_column(sa.Column(name, sa.Text(), nullable=False, server_default=value))
        table.add_column(sa.Column("explanation", sa.Text(), nullable=False, server_default=""))
        table.add_column(sa.Column("details", sa.JSON(), nullable=False, server_default="{}"))
        table.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    op.execute(
        """
        UPDATE requests SET verified_at = received_at, acknowledged_at = received_at,
            closed_at = CASE WHEN state = 'revoked' THEN updated_at END,
            mailbox = (SELECT email FROM accounts WHERE accounts.id = requests.account_id),
            channel = (SELECT channel FROM conversations WHERE conversations.id = requests.conversation_id)
        """
    )
    with op.batch_alter_table("requests") as table:
        for name in ("regime", "channel", "subject", "reason", "explanation", "details", "version"):
            table.alter_column(name, server_default=None)
    op.create_index("ix_requests_mailbox", "requests", ["mailbox"])
    op.create_index("ix_requests_conversation_id", "requests", ["conversation_id"])
    op.create_index("ix_requests_state_updated_at", "requests", ["state", "updated_at"])
    op.create_table(
        "receipts",
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("store", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("erased", sa.Integer()),
        sa.ForeignKeyConstraint(["request_id"], ["requests.id"], name=op.f("fk_receipts_request_id")),
        sa.PrimaryKeyConstraint("request_id", "store", name=op.f("pk_receipts")),
    )
    op.create_table(
        "approvals",
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("staff_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["requests.id"], name=op.f("fk_approvals_request_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_approvals_staff_id")),
        sa.PrimaryKeyConstraint("request_id", "staff_id", name=op.f("pk_approvals")),
    )
    op.create_table(
        "exports",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archive", sa.LargeBinary(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["request_id"], ["requests.id"], name=op.f("fk_exports_request_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exports")),
    )
    op.create_index("ix_exports_request_id", "exports", ["request_id"])
    op.create_index("ix_exports_expires_at", "exports", ["expires_at"])
