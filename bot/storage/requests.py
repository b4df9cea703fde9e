"""Privacy requests, and what belongs to one: receipts, approvals, exports."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, or_, select, tuple_, update
from sqlalchemy.future import Connection
from sqlalchemy.sql import Select

from bot.domain.console import Position
from bot.domain.erasure import Export, Person, Receipt
from bot.domain.errors import ChangedMeanwhile
from bot.domain.requests import FILED, Approval, PrivacyRequest, RequestState, RequestType
from bot.storage import tables
from bot.storage.rows import as_row, changed, insert, insert_new, keyset, many, one, selecting

_UNCONFIRMED = (RequestState.RECEIVED, RequestState.AWAITING_VERIFICATION, RequestState.AWAITING_CONFIRMATION)


class SqlRequests:
    """A request only moves on from the version its caller saw."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._table = tables.requests

    def add(self, request: PrivacyRequest) -> None:
        """Raises NotFound when its account or conversation does not exist."""
        insert(self._connection, self._table, as_row(request))

    def save(self, request: PrivacyRequest, expected: PrivacyRequest) -> None:
        """Raises ChangedMeanwhile when what is stored is no longer `expected`."""
        mine = (self._table.c.id == request.id, self._table.c.version == expected.version)
        if not changed(self._connection, update(self._table).where(*mine).values(**as_row(request))):
            raise ChangedMeanwhile(f"{request.reference} is no longer {expected.state.value}")

    def by_id(self, request_id: str) -> PrivacyRequest | None:
        """The request, or None."""
        return one(self._connection, self._which(self._table.c.id == request_id), PrivacyRequest)

    def hold(self, request_id: str) -> PrivacyRequest | None:
        """The request, which nobody else can change until this transaction ends."""
        query = self._which(self._table.c.id == request_id).with_for_update()
        return one(self._connection, query, PrivacyRequest)

    def concerning(self, person: Person) -> Sequence[PrivacyRequest]:
        """Every request of this person, proved or not; newest first."""
        return self._newest(self._which(concerns(person)))

    def by_reference(self, reference: str) -> PrivacyRequest | None:
        """The request with this number, or None."""
        return one(self._connection, self._which(self._table.c.reference == reference), PrivacyRequest)

    def of_account(self, account_id: str) -> Sequence[PrivacyRequest]:
        """Newest first."""
        return self._newest(self._which(self._table.c.account_id == account_id))

    def of_person(self, account_id: str | None, mailbox: str | None) -> Sequence[PrivacyRequest]:
        """Those of the account, and those of the mailbox that no account stands behind; newest first."""
        columns = self._table.c
        unowned = and_(columns.mailbox == mailbox, columns.account_id.is_(None))
        mine = or_(columns.account_id == account_id, unowned) if account_id else unowned
        return self._newest(self._which(mine, columns.verified_at.is_not(None)))

    def unconfirmed_in(self, conversation_id: str, type: RequestType) -> PrivacyRequest | None:
        """The newest one that was begun there and waits for a proof or a yes."""
        columns = self._table.c
        mine = (columns.conversation_id == conversation_id, columns.type == type, columns.state.in_(_UNCONFIRMED))
        found = self._newest(self._which(*mine).limit(1))
        return found[0] if found else None

    def untouched(self, states: Collection[RequestState], before: datetime, limit: int) -> Sequence[PrivacyRequest]:
        """Those in one of these states that nothing changed since then, oldest first."""
        columns = self._table.c
        query = self._which(columns.state.in_(states), columns.updated_at < before)
        return many(self._connection, query.order_by(columns.updated_at, columns.id).limit(limit), PrivacyRequest)

    def due_between(
        self, start: datetime | None, end: datetime, after: Position | None, limit: int
    ) -> Sequence[PrivacyRequest]:
        """Filed and not closed, due from `start` (None: ever) and before `end`; soonest first, from a position on."""
        columns = self._table.c
        wanted = [columns.state.in_(FILED), columns.due_at < end]
        if start is not None:
            wanted.append(columns.due_at >= start)
        return self._due(wanted, after, limit)

    def unacknowledged(self, before: datetime, after: Position | None, limit: int) -> Sequence[PrivacyRequest]:
        """Proved and unconfirmed, whose receipt must be confirmed before then; in the order of due dates."""
        columns = self._table.c
        return self._due(
            [columns.state == RequestState.AWAITING_CONFIRMATION, columns.acknowledge_by < before], after, limit
        )

    def _due(self, wanted: list[Any], after: Position | None, limit: int) -> Sequence[PrivacyRequest]:
        columns = self._table.c
        if after is not None:
            wanted = [*wanted, tuple_(columns.due_at, columns.id) > keyset(after)]
        query = self._which(*wanted).order_by(columns.due_at, columns.id).limit(limit)
        return many(self._connection, query, PrivacyRequest)

    def received_between(self, start: datetime, end: datetime) -> Sequence[PrivacyRequest]:
        """Oldest first."""
        columns = self._table.c
        query = self._which(columns.received_at >= start, columns.received_at < end)
        return many(self._connection, query.order_by(columns.received_at, columns.id), PrivacyRequest)

    def clear_notes(self, request_id: str) -> None:
        """Removes what staff noted about it."""
        notes = tables.request_notes
        changed(self._connection, delete(notes).where(notes.c.request_id == request_id))

    def delete(self, request_id: str) -> None:
        """With its receipts, approvals, exports and notes."""
        for table in (tables.receipts, tables.approvals, tables.exports, tables.request_notes):
            changed(self._connection, delete(table).where(table.c.request_id == request_id))
        changed(self._connection, delete(self._table).where(self._table.c.id == request_id))

    def _which(self, *conditions: Any) -> Select:
        return selecting(self._table, PrivacyRequest).where(*conditions)

    def _newest(self, query: Select) -> Sequence[PrivacyRequest]:
        columns = self._table.c
        return many(self._connection, query.order_by(columns.received_at.desc(), columns.id), PrivacyRequest)


def concerns(person: Person) -> Any:
    """The condition for the requests of a person: the account's, and those nobody else proved."""
    columns = tables.requests.c
    unowned = or_(columns.mailbox.in_(person.mailboxes), columns.conversation_id.in_(person.conversations))
    mine = and_(unowned, columns.account_id.is_(None))
    return or_(columns.account_id == person.account_id, mine) if person.account_id else mine


class SqlReceipts:
    """One per store and request, never changed."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, receipt: Receipt) -> bool:
        """Whether this is the first one of this store for this request."""
        return insert_new(self._connection, tables.receipts, as_row(receipt))

    def of(self, request_id: str) -> Sequence[Receipt]:
        """Oldest first."""
        table = tables.receipts
        query = selecting(table, Receipt).where(table.c.request_id == request_id).order_by(table.c.at, table.c.store)
        return many(self._connection, query, Receipt)


class SqlApprovals:
    """One per member of staff and request."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._table = tables.approvals

    def add(self, request_id: str, approval: Approval) -> bool:
        """Whether this member of staff had not approved it before."""
        return insert_new(self._connection, self._table, {"request_id": request_id, **as_row(approval)})

    def of(self, request_id: str) -> Sequence[Approval]:
        """Oldest first."""
        query = selecting(self._table, Approval).where(self._table.c.request_id == request_id)
        return many(self._connection, query.order_by(self._table.c.at, self._table.c.staff_id), Approval)

    def clear(self, request_id: str) -> None:
        """Nobody has approved it any more."""
        changed(self._connection, delete(self._table).where(self._table.c.request_id == request_id))


class SqlExports:
    """Copies of somebody's data that wait to be taken."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._table = tables.exports

    def add(self, export: Export) -> None:
        """Keeps it until it is taken or too old."""
        insert(self._connection, self._table, as_row(export))

    def get(self, export_id: str) -> Export | None:
        """Without its archive."""
        columns = [column for column in self._table.c if column.name != "archive"]
        row = self._connection.execute(select(*columns).where(self._table.c.id == export_id)).one_or_none()
        return None if row is None else Export(**row._mapping, archive=b"")

    def take(self, export_id: str, at: datetime) -> bytes | None:
        """The archive, once, while it is not too old; it is stored no longer."""
        columns = self._table.c
        mine = (columns.id == export_id, columns.taken_at.is_(None), columns.expires_at > at)
        query = select(columns.archive).where(*mine).with_for_update()
        archive: bytes | None = self._connection.execute(query).scalar_one_or_none()
        if archive is not None:
            taken = update(self._table).where(columns.id == export_id).values(taken_at=at, archive=b"")
            changed(self._connection, taken)
        return archive

    def purge(self, before: datetime) -> int:
        """Empties the archives that expired before then; how many."""
        columns = self._table.c
        old = (columns.expires_at < before, columns.archive != b"")
        return changed(self._connection, update(self._table).where(*old).values(archive=b""))
