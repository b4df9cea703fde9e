"""Between rows and the frozen objects of the domain. Columns are named after attributes, so one mapping serves all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, TypeVar

from sqlalchemy import Table, literal, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.future import Connection
from sqlalchemy.sql import Select

from bot.domain.console import Position
from bot.domain.errors import NotFound
from bot.storage.failures import is_missing_parent
from bot.storage.types import PlainText, UtcDateTime

T = TypeVar("T")


def as_row(thing: Any) -> dict[str, Any]:
    """The attributes of a dataclass by name; values stay what they are."""
    return {field.name: getattr(thing, field.name) for field in fields(thing)}


def selecting(table: Table, kind: type[Any]) -> Select:
    """A query for the columns that `kind` has."""
    return select(*(table.c[field.name] for field in fields(kind)))


def one(connection: Connection, query: Select, kind: type[T]) -> T | None:
    """The object in the only row, or None."""
    row = connection.execute(query).one_or_none()
    return None if row is None else kind(**row._mapping)


def many(connection: Connection, query: Select, kind: type[T]) -> list[T]:
    """One object per row."""
    return [kind(**row._mapping) for row in connection.execute(query)]


def keyset(position: Position, *more: Any) -> Any:
    """Where a list goes on, as a row value to compare with (moment, id) and whatever else it is sorted by."""
    return tuple_(literal(position.at, UtcDateTime), literal(position.id, PlainText), *more)


def changed(connection: Connection, statement: Any) -> int:
    """How many rows the statement changed."""
    return int(connection.execute(statement).rowcount)


def attempt(connection: Connection, statement: Any) -> int:
    """How many rows the statement changed. When it is refused the transaction can go on.

    Raises:
        NotFound: a row would point at one that does not exist.
        IntegrityError: another row has its unique values.
    """
    try:
        with connection.begin_nested():
            return changed(connection, statement)
    except IntegrityError as error:
        if is_missing_parent(error):
            raise NotFound("What this belongs to does not exist.") from error
        raise


def insert(connection: Connection, table: Table, row: Mapping[str, Any]) -> None:
    """Adds a row. Raises as `attempt` does."""
    attempt(connection, table.insert().values(**row))


def insert_new(connection: Connection, table: Table, row: Mapping[str, Any]) -> bool:
    """Adds a row unless its unique values are taken; whether it did."""
    return changed(connection, _dialect(connection).insert(table).values(**row).on_conflict_do_nothing()) == 1


def upsert(connection: Connection, table: Table, row: Mapping[str, Any], keys: tuple[str, ...]) -> None:
    """Adds a row, or overwrites the one with the same `keys`. Raises as `attempt` does."""
    statement = _dialect(connection).insert(table).values(**row)
    rest = {name: value for name, value in row.items() if name not in keys}
    attempt(connection, statement.on_conflict_do_update(index_elements=keys, set_=rest))


def _dialect(connection: Connection) -> Any:
    return postgresql if is_postgres(connection) else sqlite


def is_postgres(connection: Connection) -> bool:
    """Whether several writers can be at work at once; SQLite lets one in at a time."""
    return connection.dialect.name == "postgresql"


def update_row(connection: Connection, table: Table, thing: Any) -> bool:
    """Overwrites the row with the object's id; whether there was one. Raises as `attempt` does."""
    row = as_row(thing)
    return attempt(connection, update(table).where(table.c.id == row.pop("id")).values(**row)) == 1
