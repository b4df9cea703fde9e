"""The tables. Columns that a domain object has carry its attribute's name; the others are storage's own business.

Migrations create them; a test compares the two.
"""

from __future__ import annotations

from bot.storage.tables.base import metadata
from bot.storage.tables.casework import approvals, exports, receipts, request_notes, requests
from bot.storage.tables.console import staff, staff_recovery, staff_sessions, takeovers
from bot.storage.tables.conversation import codes, conversations, messages, proposals
from bot.storage.tables.ledger import audit, outbox, spent_tokens
from bot.storage.tables.mail import mail_inbox, mail_sent, mail_suppressed, mail_threads
from bot.storage.tables.people import accounts, consents, preferences
from bot.storage.tables.quality import answers, ratings, scores

__all__ = [
    "accounts",
    "answers",
    "approvals",
    "audit",
    "codes",
    "consents",
    "conversations",
    "exports",
    "mail_inbox",
    "mail_sent",
    "mail_suppressed",
    "mail_threads",
    "messages",
    "metadata",
    "outbox",
    "preferences",
    "proposals",
    "ratings",
    "receipts",
    "request_notes",
    "requests",
    "scores",
    "spent_tokens",
    "staff",
    "staff_recovery",
    "staff_sessions",
    "takeovers",
]
