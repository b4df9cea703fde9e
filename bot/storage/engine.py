"""Opens the database. Both kinds wait about five seconds for a lock and then give up."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.future import Connection, Engine, create_engine
from sqlalchemy.pool import QueuePool

from bot.domain.errors import ConfigurationError

LOCK_WAIT = 5.0
"""Seconds."""
_STATEMENT_MS = 30_000


def open_engine(url: str, lock_wait: float = LOCK_WAIT) -> Engine:
    """An engine for `sqlite:///file` or `postgresql://…`; connects when it is first used.

    Args:
        lock_wait: seconds to wait for another transaction, or for a free connection.

    Raises:
        ConfigurationError: the address is not one of these, or the SQLite file cannot be created.
    """
    address = _parse(url)
    if address.drivername == "sqlite":
        return _sqlite(address, lock_wait)
    return _postgres(address, lock_wait)


def _parse(url: str) -> URL:
    try:
        address = make_url(url)
    except ArgumentError:
        raise ConfigurationError("DATABASE_URL is not a database address.") from None
    if address.drivername in ("postgres", "postgresql", "postgresql+psycopg2"):
        return address.set(drivername="postgresql+psycopg2")
    if address.drivername != "sqlite":
        raise ConfigurationError("DATABASE_URL must start with sqlite:/// or postgresql://.")
    if address.database in (None, "", ":memory:"):
        raise ConfigurationError("DATABASE_URL needs a file: sqlite:///var/desk.db, for example.")
    return address


def _sqlite(address: URL, lock_wait: float) -> Engine:
    _create_private(Path(str(address.database)))
    engine = create_engine(
        address,
        hide_parameters=True,
        poolclass=QueuePool,
        pool_timeout=lock_wait,
        connect_args={"check_same_thread": False, "timeout": lock_wait},
    )

    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_immediate)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver's own BEGIN comes too late and is never IMMEDIATE: switch it off, _begin_immediate says it.
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA foreign_keys = ON")
    # What is deleted is overwritten: an erased person must not stay readable in free pages of the file.
    connection.execute("PRAGMA secure_delete = ON")


def _begin_immediate(connection: Connection) -> None:
    # Taking the write lock first means that no transaction can fail half-way for want of it.
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _create_private(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise ConfigurationError(f"DATABASE_URL: cannot open {path}: {error.strerror}.") from None


def _postgres(address: URL, lock_wait: float) -> Engine:
    engine = create_engine(
        address,
        hide_parameters=True,
        isolation_level="READ COMMITTED",
        pool_pre_ping=True,
        pool_timeout=lock_wait,
        connect_args={"connect_timeout": max(2, round(lock_wait)), "application_name": "privacy-assistant"},
    )

    event.listen(engine, "connect", partial(_prepare_postgres, lock_wait))
    return engine


def _prepare_postgres(lock_wait: float, connection: Any, _record: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = %s", (round(lock_wait * 1000),))
        cursor.execute("SET statement_timeout = %s", (_STATEMENT_MS,))
        cursor.execute("SET idle_in_transaction_session_timeout = %s", (2 * _STATEMENT_MS,))
    connection.commit()
