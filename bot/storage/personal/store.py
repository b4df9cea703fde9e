"""What the stores have in common: records as a person may read them, and getting at the connection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import Enum
from typing import Any, Protocol, cast

from sqlalchemy import Table, delete, func, select
from sqlalchemy.future import Connection

from bot.domain.erasure import Person
from bot.services.ports import UnitOfWork
from bot.storage.rows import changed

Record = Mapping[str, Any]


class _OnConnection(Protocol):
    @property
    def connection(self) -> Connection: ...


def connection_of(uow: UnitOfWork) -> Connection:
    """The connection of one of our own transactions."""
    return cast(_OnConnection, uow).connection


def count(connection: Connection, table: Table, *conditions: Any) -> int:
    """How many rows fit."""
    return int(connection.execute(select(func.count()).select_from(table).where(*conditions)).scalar_one())


def remove(connection: Connection, table: Table, *conditions: Any) -> int:
    """Removes the rows that fit; how many."""
    return changed(connection, delete(table).where(*conditions))


def records(connection: Connection, what: str, query: Any) -> list[dict[str, Any]]:
    """One record per row: `record` says what it is, then the columns of the query."""
    return [{"record": what, **plain(row._mapping)} for row in connection.execute(query)]


def plain(values: Mapping[Any, Any]) -> dict[str, Any]:
    """The values as JSON has them."""
    return {str(name): _plain(value) for name, value in values.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return list(value) if isinstance(value, tuple) else value


class SqlStore:
    """A store that needs to know only who the person is."""

    name: str
    title: str

    def count(self, uow: UnitOfWork, person: Person) -> int:
        """See ports.TableStore."""
        return self.held(connection_of(uow), person)

    def export(self, uow: UnitOfWork, person: Person) -> Sequence[Record]:
        """See ports.TableStore."""
        return self.records(connection_of(uow), person)

    def erase(self, uow: UnitOfWork, person: Person) -> int:
        """See ports.TableStore."""
        return self.wipe(connection_of(uow), person)

    def held(self, connection: Connection, person: Person) -> int:
        """How many things are held."""
        raise NotImplementedError

    def records(self, connection: Connection, person: Person) -> list[dict[str, Any]]:
        """What the person may see of them; fields as bot.domain.fields explains them."""
        raise NotImplementedError

    def wipe(self, connection: Connection, person: Person) -> int:
        """Removes them; how many were there."""
        raise NotImplementedError
