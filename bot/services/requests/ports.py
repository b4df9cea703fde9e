"""What the use cases of privacy requests need from storage and from the systems that hold personal data."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Collection, Mapping, Protocol, Sequence

from bot.domain.console import Position
from bot.domain.erasure import Export, Found, Person, Receipt
from bot.domain.requests import Approval, PrivacyRequest, RequestState, RequestType

if TYPE_CHECKING:
    from bot.services.ports import UnitOfWork


class Requests(Protocol):
    def add(self, request: PrivacyRequest) -> None: ...

    def save(self, request: PrivacyRequest, expected: PrivacyRequest) -> None:
        """Raises ChangedMeanwhile when what is stored is no longer `expected`: somebody was quicker."""

    def by_id(self, request_id: str) -> PrivacyRequest | None: ...

    def hold(self, request_id: str) -> PrivacyRequest | None:
        """The request, which nobody else can change until this transaction ends."""

    def concerning(self, person: Person) -> Sequence[PrivacyRequest]:
        """Every request of this person, proved or not; newest first."""

    def by_reference(self, reference: str) -> PrivacyRequest | None: ...

    def of_account(self, account_id: str) -> Sequence[PrivacyRequest]:
        """Newest first."""

    def of_person(self, account_id: str | None, mailbox: str | None) -> Sequence[PrivacyRequest]:
        """Requests proved by this account, or by this mailbox where no account stands behind it; newest first."""

    def unconfirmed_in(self, conversation_id: str, type: RequestType) -> PrivacyRequest | None:
        """The newest one that was begun there and waits for a proof or a yes."""

    def untouched(self, states: Collection[RequestState], before: datetime, limit: int) -> Sequence[PrivacyRequest]:
        """Those in one of these states that nothing changed since then, oldest first."""

    def due_between(
        self, start: datetime | None, end: datetime, after: Position | None, limit: int
    ) -> Sequence[PrivacyRequest]:
        """Filed and not closed, due from `start` (None: ever) and before `end`; soonest first, from a position on."""

    def unacknowledged(self, before: datetime, after: Position | None, limit: int) -> Sequence[PrivacyRequest]:
        """Proved and unconfirmed, whose receipt must be confirmed before then; in the order of due dates."""

    def received_between(self, start: datetime, end: datetime) -> Sequence[PrivacyRequest]:
        """Oldest first."""

    def clear_notes(self, request_id: str) -> None:
        """Removes what staff noted about it."""

    def delete(self, request_id: str) -> None:
        """With its receipts, approvals and exports."""


class Receipts(Protocol):
    def add(self, receipt: Receipt) -> bool:
        """Whether this is the first one of this store for this request."""

    def of(self, request_id: str) -> Sequence[Receipt]: ...


class Approvals(Protocol):
    def add(self, request_id: str, approval: Approval) -> bool:
        """Whether this member of staff had not approved it before."""

    def of(self, request_id: str) -> Sequence[Approval]:
        """Oldest first."""

    def clear(self, request_id: str) -> None: ...


class Exports(Protocol):
    def add(self, export: Export) -> None: ...

    def get(self, export_id: str) -> Export | None:
        """Without its archive."""

    def take(self, export_id: str, at: datetime) -> bytes | None:
        """The archive, once, while it is not too old; it is stored no longer."""

    def purge(self, before: datetime) -> int:
        """Empties the archives that expired before then; how many."""


class Retention(Protocol):
    """Batches of what is too old, oldest first. Of several workers one gets each row."""

    def closed_requests(self, before: datetime, limit: int) -> Sequence[PrivacyRequest]:
        """Closed before then, and nobody else's until the transaction ends."""

    def empty_mails(self, closed: datetime, held: datetime, limit: int) -> int:
        """Empties mails that were answered or ignored before `closed`, or put aside before `held`; how many."""

    def silent_conversations(self, before: datetime, limit: int) -> Sequence[str]:
        """Ids of those in which nothing was said since then, unless a request begun in one is still open."""

    def delete_conversations(self, ids: Sequence[str], before: datetime) -> int:
        """Deletes those of them that are still silent since then, with all that was said; how many. The bare row stays
        where a consent points to it."""

    def delete_proposals(self, before: datetime, limit: int) -> int:
        """Deletes those that ended before then; how many."""

    def delete_codes(self, before: datetime, limit: int) -> int:
        """Deletes those that ended before then; how many."""

    def delete_spent_tokens(self, before: datetime, limit: int) -> int:
        """Deletes those that ended before then; how many."""

    def delete_closed_work(self, before: datetime, limit: int) -> int:
        """Deletes outbox items that were done or given up before then; how many."""


class TableStore(Protocol):
    """A store in our own database: erasing and its receipt are one transaction."""

    @property
    def name(self) -> str:
        """Unique; receipts carry it."""

    @property
    def title(self) -> str:
        """What it holds, for the person."""

    def count(self, uow: UnitOfWork, person: Person) -> int: ...

    def export(self, uow: UnitOfWork, person: Person) -> Sequence[Mapping[str, Any]]:
        """Every record the person has a right to see, as JSON values."""

    def erase(self, uow: UnitOfWork, person: Person) -> int:
        """How much was removed; a second call finds nothing."""


class RemoteStore(Protocol):
    """A store outside our database: it may hear of an erasure more than once, with the same key each time."""

    @property
    def name(self) -> str:
        """Unique; receipts carry it."""

    @property
    def title(self) -> str:
        """What it holds, for the person."""

    async def count(self, person: Person) -> int | None:
        """None where only the other side knows."""

    async def export(self, person: Person) -> Sequence[Mapping[str, Any]]: ...

    async def erase(self, person: Person, key: str) -> int | None:
        """How much was removed, or None where only the other side knows.

        Raises:
            OSError or TimeoutError: try again later.
        """


class People(Protocol):
    """Finds a person in our tables."""

    def find(self, account_id: str | None, mailbox: str | None) -> Person: ...

    def refresh(self, person: Person) -> Person:
        """The same person as found now: what came since is added, what became somebody else's is left out."""

    def visited(self, subjects: Collection[str]) -> Collection[str]:
        """Conversations that belong to nobody now and in which one of these (keyed hashes) signed in before."""


class Archive(Protocol):
    """Packs a copy of somebody's data."""

    def pack(self, found: Sequence[Found], made_at: datetime) -> bytes:
        """A ZIP with JSON and readable HTML, and the meaning of each field."""
