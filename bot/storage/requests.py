"""Privacy requests."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import update
from sqlalchemy.future import Connection

from bot.domain.errors import IllegalTransition
from bot.domain.requests import PrivacyRequest
from bot.storage import tables
from bot.storage.rows import as_row, changed, insert, many, one, selecting


class SqlRequests:
    """A request only moves on from the state its caller saw."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._table = tables.requests

    def add(self, request: PrivacyRequest) -> None:
        """Raises NotFound when its account or conversation does not exist."""
        insert(self._connection, self._table, as_row(request))

    def save(self, request: PrivacyRequest, expected: PrivacyRequest) -> None:
        """Raises IllegalTransition when the stored state is no longer that of `expected`."""
        mine = (self._table.c.id == request.id, self._table.c.state == expected.state)
        if not changed(self._connection, update(self._table).where(*mine).values(**as_row(request))):
            raise IllegalTransition(f"{request.reference} is no longer {expected.state.value}")

    def by_reference(self, reference: str) -> PrivacyRequest | None:
        """The request with this number, or None."""
        query = selecting(self._table, PrivacyRequest).where(self._table.c.reference == reference)
        return one(self._connection, query, PrivacyRequest)

    def of_account(self, account_id: str) -> Sequence[PrivacyRequest]:
        """Newest first."""
        query = selecting(self._table, PrivacyRequest).where(self._table.c.account_id == account_id)
        newest_first = query.order_by(self._table.c.received_at.desc(), self._table.c.id)
        return many(self._connection, newest_first, PrivacyRequest)
