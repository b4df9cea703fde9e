"""Databases for tests: SQLite files, and PostgreSQL databases where a server can be reached."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from bot.storage.migrations import upgrade
from bot.storage.tables import metadata

DEFAULT_POSTGRES = "postgresql://postgres@127.0.0.1:5432/test"

NewDatabase = Callable[[], AbstractContextManager[str]]


@pytest.fixture
def empty_sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/desk.db"


@pytest.fixture
def sqlite_url(empty_sqlite_url: str) -> str:
    upgrade(empty_sqlite_url)
    return empty_sqlite_url


@pytest.fixture(scope="session")
def new_postgres() -> Iterator[NewDatabase]:
    """Makes databases that are dropped again. Without a server the test is skipped; in CI it fails."""
    server = make_url(os.environ.get("TEST_POSTGRES_URL", DEFAULT_POSTGRES))
    engine = create_engine(server, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 3}, future=True)

    @contextmanager
    def new() -> Iterator[str]:
        name = f"desk_{uuid.uuid4().hex}"
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        try:
            yield server.set(database=name).render_as_string(hide_password=False)
        finally:
            with engine.connect() as connection:
                connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))

    try:
        engine.connect().close()
    except OperationalError as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"no PostgreSQL at {server.host}:{server.port} (TEST_POSTGRES_URL): {error.orig}")
    yield new
    engine.dispose()


@pytest.fixture
def empty_postgres_url(new_postgres: NewDatabase) -> Iterator[str]:
    with new_postgres() as url:
        yield url


@pytest.fixture(scope="session")
def shared_postgres_url(new_postgres: NewDatabase) -> Iterator[str]:
    with new_postgres() as url:
        upgrade(url)
        yield url


@pytest.fixture
def postgres_url(shared_postgres_url: str) -> str:
    """A migrated database without rows; making one for each test would cost most of the time."""
    engine = create_engine(shared_postgres_url, poolclass=NullPool, future=True)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE audit DISABLE TRIGGER USER"))
        for table in reversed(metadata.sorted_tables):
            connection.execute(table.delete())
        connection.execute(text("ALTER TABLE audit ENABLE TRIGGER USER"))
    return shared_postgres_url
