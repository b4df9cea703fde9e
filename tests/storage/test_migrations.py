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

MIGRATE = "from bot.storage.migrations import upgrade; print('ready', flush=True); upgrade(input())"


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
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    running = [subprocess.Popen([sys.executable, "-c", MIGRATE], **pipes) for _ in range(4)]  # type: ignore[call-overload]
    for process in running:
        assert process.stdout.readline() == "ready\n", process.stderr.read()
    for process in running:
        process.stdin.write(empty_database_url + "\n")
        process.stdin.flush()
    for process in running:
        _, errors = process.communicate(timeout=90)
        assert process.returncode == 0, errors
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
