"""Domain objects to store."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from bot.domain.accounts import Account
from bot.domain.audit import AuditEntry, AuditTag
from bot.domain.codes import OneTimeCode
from bot.domain.identity import Conversation
from bot.domain.messages import Message, Sender
from bot.domain.proposals import Proposal, ProposalKind
from bot.domain.requests import PrivacyRequest, RequestState
from bot.services.ports import Transactions
from tests.fakes_requests import a_request

NOW = datetime(2026, 3, 2, 9, 0, 0, 123456, tzinfo=timezone.utc)
MINUTE = timedelta(minutes=1)


def account(number: int = 1, **changes: object) -> Account:
    return Account(**{"id": f"a{number}", "email": f"user{number}@example.com", "created_at": NOW, **changes})  # type: ignore[arg-type]


def conversation(number: int = 1, **changes: object) -> Conversation:
    return Conversation(**{"id": f"c{number}", "channel": "web", "created_at": NOW, **changes})  # type: ignore[arg-type]


def said(text: str = "hello", **changes: object) -> Message:
    values = {"conversation_id": "c1", "seq": 0, "sender": Sender.PERSON, "at": NOW, "text": text, **changes}
    return Message(**values)  # type: ignore[arg-type]


def code(name: str = "k1", **changes: object) -> OneTimeCode:
    values = {
        "id": name,
        "conversation_id": "c1",
        "mailbox": "user1@example.com",
        "code_hash": "hash",
        "created_at": NOW,
        "expires_at": NOW + 10 * MINUTE,
        **changes,
    }
    return OneTimeCode(**values)  # type: ignore[arg-type]


def proposal(name: str = "p1", **changes: object) -> Proposal:
    values = {
        "id": name,
        "conversation_id": "c1",
        "kind": ProposalKind.CHANGE_SETTINGS,
        "created_at": NOW,
        "expires_at": NOW + 30 * MINUTE,
        "details": {"settings": ["newsletter"], "value": False},
        **changes,
    }
    return Proposal(**values)  # type: ignore[arg-type]


def request(name: str = "r1", **changes: object) -> PrivacyRequest:
    unconfirmed = {"state": RequestState.AWAITING_CONFIRMATION, "account_id": "a1", "conversation_id": "c1"}
    return a_request(name, NOW, **{**unconfirmed, **changes})


def entry(word: str = "x", **changes: object) -> AuditEntry:
    values = {
        "at": NOW,
        "tag": AuditTag.SETTING_CHANGED,
        "actor": "person",
        "subject": "hash",
        "conversation_id": "c1",
        "details": {"word": word},
        **changes,
    }
    return AuditEntry(**values)  # type: ignore[arg-type]


def settle(transactions: Transactions) -> None:
    """Stores account a1 and conversation c1, on which most other rows hang."""
    with transactions() as uow:
        uow.accounts.add(account())
        uow.conversations.add(conversation())
        uow.commit()
