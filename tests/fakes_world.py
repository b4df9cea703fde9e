"""The world outside, as a test wants it: clock, chance, secrets, bot, mail servers, Facebook, policy."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone

from bot.domain.errors import (
    AddressRefused,
    BotUnavailable,
    MailRefused,
)
from bot.domain.identity import Conversation
from bot.domain.mail import (
    InboundMail,
    StoredMail,
)
from bot.domain.messages import Letter, Reply
from bot.domain.passages import Answer, Outcome, PolicyRef, Quote
from bot.mail.inbound.parse import Reader


class FakeClock:
    """Stands still until it is told to go on."""

    def __init__(self, now: datetime = datetime(2026, 3, 2, 9, 0, tzinfo=timezone.utc)) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def advance(self, step: timedelta) -> None:
        self._now += step


class FakeRandomness:
    """Counts instead of drawing; no two values are the same."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)

    def id(self) -> str:
        return f"id-{next(self._numbers):04}"

    def code(self) -> str:
        return f"{100_000 + next(self._numbers):06}"

    def reference(self) -> str:
        return f"REQ-00000-{next(self._numbers):05}"


class FakeHasher:
    """Instant; `slow_calls` counts how often the real one would have taken its time."""

    def __init__(self) -> None:
        self.slow_calls = 0

    def password(self, password: str) -> str:
        self.slow_calls += 1
        return f"hash of {password}"

    def password_fits(self, password: str, stored: str) -> bool:
        self.slow_calls += 1
        return stored == f"hash of {password}"

    def code(self, conversation_id: str, mailbox: str, digits: str) -> str:
        return _short_hash(conversation_id, mailbox, digits)

    def equal(self, left: str, right: str) -> bool:
        return left == right

    def subject(self, identifier: str) -> str:
        return _short_hash("subject", identifier)


def _short_hash(*parts: str) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


@dataclass
class FakeBot:
    """Says what it is told to say, or is down.

    Attributes:
        replies: what it answers to a text; anything else is echoed.
        turns: (conversation id, message id, text, trusted) of every turn it was sent.
    """

    replies: dict[str, tuple[Reply, ...]] = field(default_factory=dict)
    down: bool = False
    turns: list[tuple[str, str, str, bool]] = field(default_factory=list)

    async def send(self, conversation: Conversation, message_id: str, text: str, *, trusted: bool) -> Iterable[Reply]:
        self.turns.append((conversation.id, message_id, text, trusted))
        if self.down:
            raise BotUnavailable("down")
        return self.replies.get(text, (Reply(f"You said: {text}"),))


@dataclass(frozen=True)
class Posted:
    """A mail as it left."""

    letter: Letter
    key: str

    @property
    def to(self) -> str:
        return self.letter.to

    @property
    def subject(self) -> str:
        return self.letter.subject

    @property
    def text(self) -> str:
        return self.letter.text


@dataclass
class FakeMailer:
    """Keeps what it sends; `refused` mail and `dead` addresses fail for good, `down` fails for now."""

    sent: list[Posted] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    dead: set[str] = field(default_factory=set)
    down: bool = False

    async def send(self, letter: Letter, *, key: str) -> None:
        if self.down:
            raise ConnectionRefusedError("no mail server")
        if letter.to in self.dead:
            raise AddressRefused("no such mailbox")
        if letter.to in self.refused:
            raise MailRefused("not this mail")
        self.sent.append(Posted(letter, key))


@dataclass
class FakeGraph:
    """Facebook, or the want of it."""

    configured: bool = True
    down: bool = False
    revoked: list[str] = field(default_factory=list)

    async def revoke(self, facebook_user: str) -> bool:
        if self.down:
            raise ConnectionRefusedError("no Facebook")
        if self.configured:
            self.revoked.append(facebook_user)
        return self.configured


@dataclass
class DirectReader:
    """Reads mail in this process."""

    reader: Reader

    async def read(self, mail: StoredMail) -> InboundMail:
        return self.reader.read(mail.raw, mail.envelope_from, mail.recipients)


POLICY = PolicyRef("outsource", "Privacy Policy", date(2015, 3, 18), "0" * 64)


@dataclass
class FakePolicy:
    """A policy of one sentence, which answers every question that shares a word of four letters with it."""

    text: str = "We do not sell, rent or trade telephone numbers."
    ref: PolicyRef = POLICY

    def answer(self, question: str, *, on_topic: bool = False) -> Sequence[Answer]:
        words = {word.strip("?.,!") for word in question.casefold().split() if len(word) > 3}
        if not any(word in self.text.casefold() for word in words):
            nothing = Answer(Outcome.NOT_IN_POLICY, "The policy does not say.", (), self.ref, 0.1, question=question)
            return (nothing,)
        quote = Quote(self.text, "s2.1", "s2", "2. Sharing", 0, len(self.text))
        return (Answer(Outcome.ANSWERED, "The policy says:", (quote,), self.ref, 0.9, question=question),)
