"""Mail that comes in: what it is, who it is from as far as anyone can tell, and where it belongs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

CAP_WINDOW = timedelta(hours=24)
SENDER_CAP = 20
"""Answers one address gets within CAP_WINDOW; twice as many when its mail is authenticated."""
THREAD_CAP = 12
"""Answers one thread gets within CAP_WINDOW; ends loops with a machine that keeps every rule of looking human."""
REFERENCE = re.compile(r"\bMSG-[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}\b")
"""What a person can quote in a subject to come back to a thread."""


class SenderCheck(str, Enum):
    """What our own mail server found out about the sender; it decides friction and never identity."""

    AUTHENTICATED = "authenticated"
    UNAUTHENTICATED = "unauthenticated"
    FAILED = "failed"


class MailState(str, Enum):
    """How a stored mail stands."""

    WAITING = "waiting"
    ANSWERED = "answered"
    IGNORED = "ignored"
    PASSED_ON = "passed_on"
    """A person of ours has the thread and got it; the assistant did not."""
    HELD = "held"
    """Nobody can tell what to do with it; a person must look."""
    LOOPED = "looped"
    """Kept because this sender, or this thread, had all answers of a day."""
    DEAD = "dead"
    """Could not be read or handled."""
    DISCARDED = "discarded"
    """A person of ours threw it away; only the fact is kept."""


PEN = (MailState.HELD, MailState.LOOPED, MailState.IGNORED, MailState.DEAD)
"""States out of which only a person takes a mail."""


@dataclass(frozen=True)
class Attachment:
    """A part that is listed and never opened.

    Attributes:
        size: bytes after decoding.
        wanted: False when size, type or count is beyond what an inbox should take.
    """

    name: str
    type: str
    size: int
    wanted: bool = True


@dataclass(frozen=True)
class Bounce:
    """A delivery report (RFC 3464).

    Attributes:
        recipient: the address that could not be reached.
        status: the enhanced status code (RFC 3463), for example `5.1.1`.
        originals: Message-IDs of the mail the report is about.
    """

    recipient: str
    status: str
    originals: tuple[str, ...] = ()

    @property
    def permanent(self) -> bool:
        """Whether the address itself is dead; a full mailbox or a refused content is not that (RFC 3463 §3)."""
        return dead_address(self.status)


@dataclass(frozen=True)
class InboundMail:
    """One mail, read.

    Attributes:
        message_id: without angle brackets, or empty when there was none that can be used.
        sender: the one address of From, normalised; empty when there is none or more than one.
        recipients: To, Cc and where it was delivered, normalised.
        reply_ids: Message-IDs of In-Reply-To, then of References, newest first (RFC 5322 §3.6.4).
        references: the chain to carry on, oldest first.
        text: everything the person's client sent as words.
        reply: `text` without quoted mail and signature; never empty when `text` is not.
        asks: what the mail asks for, in order.
        more_asks: more was asked than one mail is answered for.
        automatic: why no answer may go out (RFC 3834), or None.
        quiet: the sender asked for no automatic answers (X-Auto-Response-Suppress); not a reason by itself.
        defects: what was wrong with the message.
    """

    message_id: str
    sender: str
    recipients: tuple[str, ...]
    reply_ids: tuple[str, ...]
    references: tuple[str, ...]
    subject: str
    text: str
    reply: str
    asks: tuple[str, ...] = ()
    more_asks: bool = False
    attachments: tuple[Attachment, ...] = ()
    automatic: str | None = None
    quiet: bool = False
    bounce: Bounce | None = None
    check: SenderCheck = SenderCheck.UNAUTHENTICATED
    defects: tuple[str, ...] = ()


@dataclass(frozen=True)
class StoredMail:
    """A mail as it was accepted; the raw bytes stay until retention removes them.

    Attributes:
        key: the same for the same mail, however often and by whatever way it arrives.
        source: where it was taken from, for example `imap:INBOX/7/42`.
        envelope_from: MAIL FROM; empty for the null path, None when it is not known.
        thread_id: the thread it was put in, once that is known.
        released: a person of ours looked at it and wants it answered.
    """

    id: int
    key: str
    source: str
    raw: bytes
    envelope_from: str | None
    recipients: tuple[str, ...]
    arrived_at: datetime
    attempts: int = 0
    thread_id: str | None = None
    released: bool = False


@dataclass(frozen=True)
class PenRow:
    """A mail that waits for a person, as a list shows it.

    Attributes:
        sender: empty where there is no single one, or where the mail could not be read.
        size: bytes.
    """

    id: int
    arrived_at: datetime
    state: MailState
    reason: str
    sender: str
    check: SenderCheck | None
    size: int


@dataclass(frozen=True)
class SuppressedAddress:
    """An address that nothing goes to."""

    address: str
    reason: str
    at: datetime


@dataclass(frozen=True)
class MailThread:
    """A conversation by mail.

    Attributes:
        sender: the one address that answers go to.
        waiting: requests that wait for another one to be settled first, in order.
        in_reply_to: Message-ID of the newest mail that came in, or None.
        references: Message-IDs that a reply to it names, oldest first.
    """

    id: str
    conversation_id: str
    reference: str
    sender: str
    subject: str
    created_at: datetime
    waiting: tuple[str, ...] = ()
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()


@dataclass(frozen=True)
class SentMail:
    """What we know of a mail we sent, when its Message-ID comes back.

    Attributes:
        thread_id: the thread it belongs to, or None for a notice.
    """

    message_id: str
    recipient: str
    thread_id: str | None


def dead_address(status: str) -> bool:
    """Whether an enhanced status code says that an address does not exist or is disabled (RFC 3463 §3.2, §3.3).

    >>> dead_address("5.1.1"), dead_address("5.2.2"), dead_address("4.1.1"), dead_address("5.7.1")
    (True, False, False, False)
    """
    return status in ("5.0.0", "5.2.0", "5.2.1", "5.4.4") or status.startswith("5.1.")
