"""The database is locked, slow, gone or full of others: StorageBusy, and nothing has changed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing
from threading import Barrier

import psycopg2  # type: ignore[import-untyped]
import pytest
from sqlalchemy.engine import make_url

from bot.domain.errors import StorageBusy
from bot.domain.messages import OutboxKind
from bot.storage.migrations import is_current
from bot.storage.unit_of_work import SqlTransactions
from tests.storage.examples import NOW, account, entry, settle
from tests.storage.threads import at_once


@pytest.fixture
def hasty(database_url: str) -> Iterator[SqlTransactions]:
    """Waits 0.3 seconds only."""
    transactions = SqlTransactions(database_url, lock_wait=0.3)
    settle(transactions)
    yield transactions
    transactions.close()


def write_much(transactions: SqlTransactions) -> None:
    with transactions() as uow:
        uow.outbox.put("k1", OutboxKind.MAIL, {}, NOW)
        uow.audit.append(entry())
        uow.accounts.count_failed_sign_in("a1")
        uow.commit()


def assert_nothing_changed(transactions: SqlTransactions) -> None:
    with transactions() as uow:
        assert uow.outbox.counts() == (0, 0)
        assert not uow.audit.rows()
        assert uow.accounts.by_id("a1") == account()


def test_somebody_else_holds_the_lock(hasty: SqlTransactions, database_url: str) -> None:
    with closing(lock_out(database_url)), pytest.raises(StorageBusy):
        write_much(hasty)
    assert_nothing_changed(hasty)
    write_much(hasty)


def lock_out(url: str) -> sqlite3.Connection | psycopg2.extensions.connection:
    """A connection that keeps account a1 from being changed until it is closed."""
    if url.startswith("sqlite"):
        database = sqlite3.connect(str(make_url(url).database), isolation_level=None)
        database.execute("BEGIN IMMEDIATE")
        return database
    connection = psycopg2.connect(url)
    connection.cursor().execute("SELECT * FROM accounts WHERE id = 'a1' FOR UPDATE")
    return connection


def test_a_reader_of_the_file_is_in_nobodys_way(sqlite_url: str) -> None:
    transactions = SqlTransactions(sqlite_url, lock_wait=0.3)
    settle(transactions)
    with closing(sqlite3.connect(str(make_url(sqlite_url).database), isolation_level=None)) as reader:
        reader.execute("BEGIN")
        assert reader.execute("SELECT count(*) FROM outbox").fetchone() == (0,)
        write_much(transactions)
        assert reader.execute("SELECT count(*) FROM outbox").fetchone() == (0,)
    transactions.close()


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_a_deadlock_has_one_victim_and_it_can_try_again(hasty: SqlTransactions, database_url: str) -> None:
    with hasty() as uow:
        uow.accounts.add(account(2))
        uow.commit()
    patient = SqlTransactions(database_url, lock_wait=10)

    def cross(number: int) -> bool:
        ids = ("a1", "a2") if number else ("a2", "a1")
        try:
            with patient() as uow:
                for account_id in ids:
                    uow.accounts.count_failed_sign_in(account_id)
                    meet(number)
                uow.commit()
        except StorageBusy:
            return False
        return True

    meet = Meeting()
    assert sorted(at_once(2, cross)) == [False, True]
    patient.close()


class Meeting:
    """Lets two threads each take their first lock before either asks for its second."""

    def __init__(self) -> None:
        self._barrier = Barrier(2)
        self._met: set[int] = set()

    def __call__(self, number: int) -> None:
        if number not in self._met:
            self._met.add(number)
            self._barrier.wait(timeout=10)


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_the_connection_is_cut(hasty: SqlTransactions, database_url: str) -> None:
    def cut_half_way() -> None:
        with hasty() as uow:
            uow.outbox.put("k1", OutboxKind.MAIL, {}, NOW)
            with closing(psycopg2.connect(database_url)) as admin:
                admin.cursor().execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            uow.accounts.count_failed_sign_in("a1")
            uow.commit()

    with pytest.raises(StorageBusy):
        cut_half_way()
    assert_nothing_changed(hasty)


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_every_connection_is_taken(hasty: SqlTransactions) -> None:
    with ExitStack() as stack:
        for _ in range(15):
            stack.enter_context(hasty())
        with pytest.raises(StorageBusy):
            stack.enter_context(hasty())
    write_much(hasty)


def test_no_server_is_there() -> None:
    nowhere = "postgresql://postgres@127.0.0.1:9/test"
    transactions = SqlTransactions(nowhere, lock_wait=0.3)
    with pytest.raises(StorageBusy):
        write_much(transactions)
    with pytest.raises(StorageBusy):
        is_current(nowhere)


def test_a_mistake_of_ours_is_not_called_busy(empty_sqlite_url: str) -> None:
    with pytest.raises(Exception, match="no such table"):
        write_much(SqlTransactions(empty_sqlite_url))


def test_an_error_does_not_tell_the_log_what_was_stored(empty_sqlite_url: str) -> None:
    with pytest.raises(Exception, match="no such table") as error, SqlTransactions(empty_sqlite_url)() as uow:
        uow.accounts.by_email("anna@example.com")
    assert "anna" not in str(error.value)
