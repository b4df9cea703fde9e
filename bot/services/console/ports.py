"""What the console's use cases need from storage and from cryptography."""

from __future__ import annotations

from datetime import datetime
from typing import Iterable, Mapping, Protocol, Sequence

from bot.domain.accounts import Account
from bot.domain.audit import AuditEntry
from bot.domain.console import (
    GivenAnswer,
    InboxRow,
    Note,
    Numbers,
    Position,
    QueueFilter,
    QueueRow,
    Rating,
    Review,
    Said,
    Score,
    Show,
    Takeover,
    WeakAnswer,
)
from bot.domain.staff import StaffMember, StaffSession


class StaffSecrets(Protocol):
    """Second factors and cookies."""

    def new_totp(self) -> str:
        """A new TOTP secret, sealed."""

    def totp_uri(self, sealed: str, email: str) -> str:
        """The `otpauth://` address an authenticator reads."""

    def totp_key(self, sealed: str) -> str:
        """The secret in base 32, to be typed where no code can be scanned."""

    def totp_step(self, sealed: str, code: str, now: datetime) -> int | None:
        """The 30-second step whose code this is, at most one step from `now`, or None."""

    def new_recovery_code(self) -> str: ...

    def fingerprint(self, secret: str) -> str:
        """The keyed hash under which a cookie or a recovery code is stored."""


class Staff(Protocol):
    def add(self, member: StaffMember) -> None:
        """Raises InvalidInput when the e-mail is taken."""

    def save(self, member: StaffMember) -> None:
        """Everything but `totp_step` and the count of failed sign-ins."""

    def by_id(self, staff_id: str) -> StaffMember | None: ...

    def by_email(self, email: str) -> StaffMember | None: ...

    def all(self) -> Sequence[StaffMember]: ...

    def take_step(self, staff_id: str, step: int) -> bool:
        """Whether this TOTP step is newer than every one taken before; of two at once, one gets True."""

    def count_failed(self, staff_id: str) -> int:
        """Adds one atomically; the new count."""

    def reset_failed(self, staff_id: str) -> None: ...

    def put_recovery(self, staff_id: str, hashes: Iterable[str]) -> None:
        """Replaces all recovery codes."""

    def spend_recovery(self, staff_id: str, code_hash: str) -> bool:
        """Whether the code was there; it is not any more."""


class StaffSessions(Protocol):
    def add(self, session: StaffSession) -> None: ...

    def get(self, session_id: str) -> StaffSession | None: ...

    def touch(self, session_id: str, at: datetime) -> None: ...

    def end(self, session_id: str) -> None: ...

    def end_all(self, staff_id: str) -> None: ...


class Takeovers(Protocol):
    def start(self, takeover: Takeover) -> bool:
        """Whether nobody else had the conversation; of two at once, one gets True."""

    def current(self, conversation_id: str) -> Takeover | None: ...

    def end(self, takeover_id: str, at: datetime) -> bool:
        """Whether this call ended it."""


class Inbox(Protocol):
    """Lists over everybody's conversations; each page costs the same, however long the list is."""

    def page(self, show: Show, after: Position | None, limit: int) -> Sequence[InboxRow]:
        """Newest activity first."""

    def found(self, text: str, limit: int) -> Sequence[InboxRow]:
        """Conversations of an address, a name, a request number or an id."""

    def of_account(self, account_id: str, limit: int) -> Sequence[InboxRow]: ...

    def newest_at(self) -> datetime | None:
        """When something was last said anywhere."""

    def last_seq(self, conversation_id: str) -> int:
        """The number of the last message of a conversation; 0 when there is none."""

    def accounts_named(self, text: str, limit: int) -> Sequence[Account]:
        """Accounts whose name contains every word of the text."""


class Queue(Protocol):
    """Lists over everybody's requests."""

    def page(self, wanted: QueueFilter, after: Position | None, limit: int) -> Sequence[QueueRow]:
        """What is due first comes first."""

    def add_note(self, note: Note) -> None: ...

    def notes(self, request_id: str) -> Sequence[Note]:
        """Oldest first."""


class Answers(Protocol):
    """How well the assistant answered."""

    def add(self, answer: GivenAnswer) -> None: ...

    def weak(self, after: Position | None, limit: int) -> Sequence[WeakAnswer]:
        """Those that wait for a look, newest first."""

    def one(self, conversation_id: str, seq: int) -> WeakAnswer | None: ...

    def close(self, conversation_id: str, seq: int, review: Review) -> bool:
        """Leaves OPEN atomically; whether this call did it."""

    def object(self, conversation_id: str, seq: int, *, objected: bool) -> None:
        """Has somebody look at an answer that seemed good, or not any more; what was looked at stays so."""


class Feedback(Protocol):
    """What people thought; the newest word counts."""

    def rate(self, rating: Rating) -> None: ...

    def unrate(self, conversation_id: str, seq: int) -> None: ...

    def ratings(self, conversation_id: str) -> Mapping[int, bool]:
        """Thumbs by message number; True is up."""

    def score(self, score: Score) -> None: ...

    def scored(self, conversation_id: str) -> Score | None: ...


class Words(Protocol):
    """Words of transcripts. Nothing is kept of a message that was deleted, or of words that were masked."""

    def found(self, typed: str, limit: int) -> Sequence[Said]:
        """Messages in which each word typed begins a word, newest first."""


class Statistics(Protocol):
    def numbers(self, since: datetime, now: datetime) -> Numbers: ...


class AuditTrail(Protocol):
    """The audit log, read backwards."""

    def newest(
        self, before: int | None, limit: int, *, actor: str = "", subject: str = "", tag: str = ""
    ) -> Sequence[tuple[int, AuditEntry, str]]:
        """(number, entry, seal), newest first; empty filters match everything."""


class CaseFile(Protocol):
    def append(self, case: dict[str, object]) -> None:
        """Adds one line to the file that the evaluation reads."""
