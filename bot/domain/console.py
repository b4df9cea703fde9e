"""What the console shows: lists of conversations and requests, takeovers, notes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from bot.domain.identity import Conversation
from bot.domain.messages import Sender
from bot.domain.passages import Outcome
from bot.domain.requests import CLOSED, PrivacyRequest, RequestState, RequestType

OPEN_STATES = frozenset(RequestState) - CLOSED
"""States in which a request still needs something from us or from the person."""


CONSOLE = "console"
"""The channel on which staff talk to the assistant; such conversations are in nobody's inbox."""


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
    """Where a list goes on: after the row with this moment, id and number (keyset pagination)."""

    at: datetime
    id: str
    seq: int = 0


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
class Rating:
    """Thumbs up or down on one message of the assistant."""

    conversation_id: str
    seq: int
    at: datetime
    up: bool


BEST_SCORE = 5


@dataclass(frozen=True)
class Score:
    """How content somebody was with a conversation, from 1 to BEST_SCORE (CSAT).

    Attributes:
        helped: a person of ours spoke in the conversation.
    """

    conversation_id: str
    at: datetime
    score: int
    helped: bool


@dataclass(frozen=True)
class WeakAnswer:
    """An answer to look at, with what was asked.

    Attributes:
        up: what the person thought of it, or None.
    """

    given: GivenAnswer
    question: str
    up: bool | None = None

    @property
    def position(self) -> Position:
        """Where the next page starts."""
        return Position(self.given.at, self.given.conversation_id, self.given.seq)


@dataclass(frozen=True)
class Said:
    """One line of a transcript in which words were found."""

    conversation_id: str
    seq: int
    sender: Sender
    at: datetime
    text: str


@dataclass(frozen=True)
class Numbers:
    """A stretch of time in figures.

    Attributes:
        days: (day, conversations begun) for each day, oldest first.
        outcomes: answers by outcome.
        waits: seconds from asking for a person to a person coming, shortest first.
        requests: requests by state.
        thumbs: answers that people rated, "up" and "down".
        scores: CSAT: how many people gave each score.
    """

    days: tuple[tuple[str, int], ...]
    outcomes: dict[str, int]
    handed_over: int
    waits: tuple[float, ...]
    requests: dict[str, int]
    overdue: int
    late: int
    thumbs: dict[str, int]
    scores: dict[int, int]

    @property
    def csat(self) -> float | None:
        """The average score, or None while nobody gave one."""
        given = sum(self.scores.values())
        return sum(score * people for score, people in self.scores.items()) / given if given else None
