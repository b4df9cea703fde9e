"""From nothing to the newest schema, once, whoever starts first."""

from __future__ import annotations

import subprocess
import sys

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text

from bot.storage.engine import open_engine
from bot.storage.migrations import is_current, upgrade
from bot.storage.tables import metadata

MIGRATE = "import sys; from bot.storage.migrations import upgrade; upgrade(sys.argv[1])"


def table_names(url: str) -> set[str]:
    engine = open_engine(url)
    with engine.connect() as connection:
        names = set(inspect(connection).get_table_names())
    engine.dispose()
    return names


def test_upgrading_twice_is_upgrading_once(empty_database_url: str) -> None:
    assert not is_current(empty_database_url)
    upgrade(empty_database_url)
    assert is_current(empty_database_url)
    upgrade(empty_database_url)
    assert is_current(empty_database_url)


def test_migrations_end_in_the_tables_that_the_code_uses(database_url: str) -> None:
    engine = open_engine(database_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []
    engine.dispose()
    assert table_names(database_url) == {*metadata.tables, "alembic_version"}


def test_processes_that_start_together_migrate_once(empty_database_url: str) -> None:
    running = [
        subprocess.Popen([sys.executable, "-c", MIGRATE, empty_database_url], stderr=subprocess.PIPE) for _ in range(3)
    ]
    for process in running:
        _, errors = process.communicate(timeout=90)
        assert process.returncode == 0, errors.decode()
    assert is_current(empty_database_url)


def test_a_migration_that_fails_leaves_nothing(empty_database_url: str) -> None:
    engine = open_engine(empty_database_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE requests (id TEXT)"))
    engine.dispose()
    with pytest.raises(Exception, match="already exists"):
        upgrade(empty_database_url)
    assert table_names(empty_database_url) == {"requests"}
    assert not is_current(empty_database_url)
