"""What the console shows: lists of conversations and requests, takeovers, notes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from bot.domain.identity import Conversation
from bot.domain.passages import Outcome
from bot.domain.requests import CLOSED, PrivacyRequest, RequestState, RequestType

OPEN_STATES = frozenset(RequestState) - CLOSED
"""States in which a request still needs something from us or from the person."""


@dataclass(frozen=True)
class Takeover:
    """A person of ours speaks in a conversation, and the assistant is quiet.

    Attributes:
        asked_at: when the visitor asked for a person, or None when nobody asked.
    """

    id: str
    conversation_id: str
    staff_id: str
    name: str
    taken_at: datetime
    asked_at: datetime | None = None
    given_back_at: datetime | None = None


class Show(str, Enum):
    """Which conversations a list holds."""

    ALL = "all"
    WAITING = "waiting"
    """Somebody asked for a person and none came yet."""
    TAKEN = "taken"


@dataclass(frozen=True)
class Position:
    """Where a list goes on: after the row with this moment and id (keyset pagination)."""

    at: datetime
    id: str


@dataclass(frozen=True)
class InboxRow:
    """One conversation in the list.

    Attributes:
        last_at: when something was last said.
        taken_by: first name of the member of staff who speaks there, or None.
    """

    conversation: Conversation
    last_at: datetime
    last_seq: int
    full_name: str | None
    taken_by: str | None

    @property
    def position(self) -> Position:
        """Where the next page starts."""
        return Position(self.last_at, self.conversation.id)


@dataclass(frozen=True)
class QueueRow:
    """One request in the queue.

    Attributes:
        email: where the person is written to, or None while nobody has proved it.
    """

    request: PrivacyRequest
    email: str | None

    @property
    def position(self) -> Position:
        """Where the next page starts."""
        return Position(self.request.due_at, self.request.id)

    def days_left(self, now: datetime) -> int:
        """Whole days until it is due; below zero when it is overdue."""
        return (self.request.due_at - now).days


@dataclass(frozen=True)
class QueueFilter:
    """Which requests a list holds; None is any."""

    state: RequestState | None = None
    type: RequestType | None = None
    open_only: bool = True
    overdue_at: datetime | None = None


@dataclass(frozen=True)
class Note:
    """What one member of staff wrote down for the others about a request."""

    id: str
    request_id: str
    staff_id: str
    name: str
    at: datetime
    text: str


class Review(str, Enum):
    """What became of an answer that may not have been good enough."""

    OPEN = "open"
    KEPT = "kept"
    """Turned into an evaluation case."""
    DROPPED = "dropped"


@dataclass(frozen=True)
class GivenAnswer:
    """How well one reply of the assistant answered; the words are in the transcript."""

    conversation_id: str
    seq: int
    at: datetime
    outcome: Outcome
    review: Review | None = None


@dataclass(frozen=True)
class WeakAnswer:
    """An answer to look at, with what was asked."""

    given: GivenAnswer
    question: str


@dataclass(frozen=True)
class Numbers:
    """A stretch of time in figures.

    Attributes:
        days: (day, conversations begun) for each day, oldest first.
        outcomes: answers by outcome.
        waits: seconds from asking for a person to a person coming, shortest first.
        requests: requests by state.
    """

    days: tuple[tuple[str, int], ...]
    outcomes: dict[str, int]
    handed_over: int
    waits: tuple[float, ...]
    requests: dict[str, int]
    overdue: int
    late: int
