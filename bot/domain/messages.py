"""What was said in a conversation, and what waits to be sent out of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any, Mapping

from bot.domain.identity import Assurance, Means

MAX_TEXT = 4000
"""Characters a person may send in one message."""


@dataclass(frozen=True)
class Button:
    """A quick reply; `payload` is what Rasa receives when it is pressed."""

    title: str
    payload: str


@dataclass(frozen=True)
class Reply:
    """One thing the assistant says.

    Attributes:
        text: complete in itself, for channels without cards.
        card: the same as structured data for the widget, or None.
    """

    text: str
    buttons: tuple[Button, ...] = ()
    card: Mapping[str, Any] | None = None


class Sender(str, Enum):
    """Who a stored message is from."""

    PERSON = "person"
    BOT = "bot"
    STAFF = "staff"


class Delivery(str, Enum):
    """What became of a person's message; those to a person are always ANSWERED."""

    RECEIVED = "received"
    ANSWERED = "answered"
    FAILED = "failed"


@dataclass(frozen=True)
class Message:
    """One line of a transcript.

    Attributes:
        seq: position in the conversation, from 1, without gaps.
        client_id: the sender's own id for it, unique in the conversation, so that a retry never doubles.
        rung: how sure we were of a person when they said it, or None where nobody's identity is meant.
        means: how they had shown who they are, or None.
    """

    conversation_id: str
    seq: int
    sender: Sender
    at: datetime
    text: str
    client_id: str | None = None
    delivery: Delivery = Delivery.ANSWERED
    buttons: tuple[Button, ...] = ()
    card: Mapping[str, Any] | None = None
    reply_to: int | None = None
    rung: Assurance | None = None
    means: Means | None = None


@dataclass(frozen=True)
class Letter:
    """One mail, ready to send.

    Attributes:
        html: the same as `text`, or empty.
        reply_to: where an answer goes; empty for From.
        in_reply_to: Message-ID it answers, or empty.
        references: the thread's Message-IDs, oldest first.
        answers: a person's mail, not only an event (RFC 3834 §5: auto-replied, else auto-generated).
        written: by a person of ours, not by a program, so that it carries no Auto-Submitted at all (RFC 3834 §5).
        bounce_to: envelope sender; empty for the null path (RFC 3834 §3.3).
    """

    to: str
    subject: str
    text: str
    html: str = ""
    reply_to: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    answers: bool = False
    written: bool = False
    bounce_to: str = ""


class OutboxKind(str, Enum):
    """What the worker has to do."""

    MAIL = "mail"
    FACEBOOK_REVOKE = "facebook_revoke"
    EXECUTE = "execute"
    PARTNER_NOTICE = "partner_notice"
    SITE_SETTING = "site_setting"
    SITE_DETAIL = "site_detail"


@dataclass(frozen=True)
class OutboxItem:
    """Work that was decided in a transaction and is carried out after it, at least once.

    Attributes:
        key: idempotency key, unique; the receiver sees the same key on a retry.
        payload: what the job needs; wiped when it is done, because it can hold personal data and codes.
    """

    id: int
    key: str
    kind: OutboxKind
    created_at: datetime
    due_at: datetime
    payload: Mapping[str, Any] = field(default_factory=dict)
    attempts: int = 0


@dataclass(frozen=True)
class BuriedItem:
    """Work that was given up.

    Attributes:
        error: what went wrong at last.
    """

    item: OutboxItem
    closed_at: datetime
    error: str
