"""Which store answers for which table. A new table has to be entered here; a test says so."""

from __future__ import annotations

from bot.services.requests.ports import TableStore
from bot.storage.personal.account import ConsentsStore, ProfileStore, SettingsStore
from bot.storage.personal.conversations import ConversationsStore
from bot.storage.personal.mail import MailStore
from bot.storage.personal.outbox import OutboxStore
from bot.storage.personal.requests import ExportsStore, RequestsStore

STORES: tuple[TableStore, ...] = (
    OutboxStore(),
    ExportsStore(),
    RequestsStore(),
    SettingsStore(),
    ConsentsStore(),
    MailStore(),
    ConversationsStore(),
    ProfileStore(),
)
"""In the order they are erased: what waits to be sent first, then rows before the rows they point at."""

HOLDERS = {
    "accounts": "profile",
    "preferences": "settings",
    "consents": "consents",
    "conversations": "conversations",
    "messages": "conversations",
    "codes": "conversations",
    "proposals": "conversations",
    "takeovers": "conversations",
    "answers": "conversations",
    "ratings": "conversations",
    "scores": "conversations",
    "requests": "requests",
    "request_notes": "requests",
    "exports": "exports",
    "outbox": "outbox",
    "mail_inbox": "mail",
    "mail_threads": "mail",
    "mail_sent": "mail",
    "mail_suppressed": "mail",
}
"""Table → the store that erases it."""

NOBODYS = {
    "receipts": "names a request and a store",
    "approvals": "names a request and a member of staff",
    "audit": "knows people by a keyed hash only, and can be changed by nobody",
    "spent_tokens": "random ids of tokens, without a person",
    "staff": "our own staff, who are not the public",
    "staff_sessions": "our own staff",
    "staff_recovery": "our own staff",
}
"""Table → why it holds nothing of a person."""
