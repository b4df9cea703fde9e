"""Rasa's memory: the events of its tracker store. Rasa 3.6 has no endpoint that removes them, so its table is used."""

from __future__ import annotations

import asyncio
import json
import os
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Iterator, TypeVar

import yaml
from sqlalchemy import Column, Float, Integer, MetaData, String, Table, Text, delete, func, inspect, select
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.future import Connection, create_engine
from sqlalchemy.pool import NullPool

from bot.domain.erasure import Person
from bot.domain.errors import ConfigurationError

_EVENTS = Table(
    "events",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("sender_id", String(255)),
    Column("type_name", String(255)),
    Column("timestamp", Float),
    Column("data", Text),
)
_VARIABLE = re.compile(r"\$\{(\w+)\}")
_SHOWN = ("user", "bot", "slot")
T = TypeVar("T")


@dataclass(frozen=True)
class TrackerStore:
    """The tracker store that an endpoints file of Rasa names.

    Attributes:
        endpoints: without it, or where it names no SQL database, nothing is held.
    """

    endpoints: Path

    name = "tracker"
    title = "What the assistant remembers of our conversations"

    async def count(self, person: Person) -> int | None:
        """See ports.RemoteStore."""
        query = select(func.count()).select_from(_EVENTS).where(_mine(person))
        return await self._use(lambda connection: int(connection.execute(query).scalar_one()), 0)

    async def export(self, person: Person) -> Sequence[Mapping[str, Any]]:
        """What was understood, said and remembered; the rest of the events is the engine's own bookkeeping."""
        query = select(_EVENTS).where(_mine(person), _EVENTS.c.type_name.in_(_SHOWN)).order_by(_EVENTS.c.id)
        nothing: list[Mapping[str, Any]] = []
        return await self._use(lambda connection: [_record(row) for row in connection.execute(query)], nothing)

    async def erase(self, person: Person, key: str) -> int | None:
        """See ports.RemoteStore."""
        return await self._use(
            lambda connection: int(connection.execute(delete(_EVENTS).where(_mine(person))).rowcount), 0
        )

    async def _use(self, work: Callable[[Connection], T], nothing: T) -> T:
        return await asyncio.to_thread(self._work, work, nothing)

    def _work(self, work: Callable[[Connection], T], nothing: T) -> T:
        address = tracker_database(self.endpoints)
        if address is None:
            return nothing
        try:
            with _connected(address) as connection:
                if not inspect(connection).has_table(_EVENTS.name):
                    return nothing
                return work(connection)
        except DBAPIError as error:
            raise OSError(f"the tracker store could not be used: {type(error.orig).__name__}") from None


def tracker_database(endpoints: Path) -> URL | None:
    """Where Rasa keeps its events, read as Rasa reads it; None when it keeps none in SQL.

    Raises:
        ConfigurationError: the file names a database this program cannot open.
    """
    if not endpoints.is_file():
        return None
    store = (yaml.safe_load(endpoints.read_text("utf-8")) or {}).get("tracker_store") or {}
    if str(store.get("type", "")).upper() != "SQL":
        return None
    values = {key: _expand(value) for key, value in store.items()}
    dialect, host, port = str(values.get("dialect") or "sqlite"), values.get("url"), values.get("port")
    database = str(values.get("db") or "rasa.db")
    if dialect == "sqlite":
        return URL.create("sqlite", database=database) if Path(database).is_file() else None
    if not dialect.startswith("postgresql"):
        raise ConfigurationError(f"{endpoints}: tracker_store must be sqlite or postgresql.")
    name, _, own_port = str(host or "localhost").partition(":")
    return URL.create(
        "postgresql+psycopg2",
        username=values.get("username") or None,
        password=values.get("password") or None,
        host=name,
        port=int(own_port or port or 5432),
        database=database,
    )


def _expand(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return os.path.expandvars(value) if _VARIABLE.search(value) else value


@contextmanager
def _connected(address: URL) -> Iterator[Connection]:
    engine = create_engine(address, poolclass=NullPool, hide_parameters=True)
    with engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            # Overwrites what it deletes; a VACUUM would do so too, and lock Rasa out while it copies the whole file.
            connection.exec_driver_sql("PRAGMA secure_delete = ON")
        yield connection


def _mine(person: Person) -> Any:
    return _EVENTS.c.sender_id.in_(person.conversations)


def _record(row: Any) -> dict[str, Any]:
    event = json.loads(row.data or "{}")
    at = datetime.fromtimestamp(row.timestamp or 0, tz=timezone.utc).isoformat()
    understood = event.get("parse_data") or {}
    facts = {"text": event.get("text"), "intent": (understood.get("intent") or {}).get("name")}
    facts |= {"name": event.get("name"), "value": event.get("value")} if row.type_name == "slot" else {}
    known = {name: value for name, value in facts.items() if value is not None}
    return {"record": row.type_name, "conversation_id": row.sender_id, "at": at, **known}
