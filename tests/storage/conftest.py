"""One `transactions` fixture, in memory, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.services.ports import Transactions
from bot.storage.unit_of_work import SqlTransactions
from tests.fakes import FakeTransactions


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A migrated database of either kind."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture(params=["sqlite", "postgres"])
def empty_database_url(request: pytest.FixtureRequest) -> str:
    """A database of either kind with nothing in it."""
    return str(request.getfixturevalue(f"empty_{request.param}_url"))


@pytest.fixture
def database(database_url: str) -> Iterator[SqlTransactions]:
    transactions = SqlTransactions(database_url)
    yield transactions
    transactions.close()


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def transactions(request: pytest.FixtureRequest) -> Iterator[Transactions]:
    """Whatever holds to the contract of the storage ports."""
    if request.param == "memory":
        yield FakeTransactions()
        return
    sql = SqlTransactions(request.getfixturevalue(f"{request.param}_url"))
    yield sql
    sql.close()
