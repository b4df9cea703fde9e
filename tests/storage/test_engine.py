"""Opening a database, and what both kinds can hold."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from bot.domain.audit import first_broken
from bot.domain.errors import ConfigurationError
from bot.domain.messages import OutboxKind
from bot.storage.engine import open_engine
from bot.storage.unit_of_work import SqlTransactions
from tests.storage.examples import MINUTE, NOW, entry, said, settle

NASTY = "a\x00b\ud800c\U0001f600 '\"; DROP TABLE accounts; --"
KEPT = "a�b�c\U0001f600 '\"; DROP TABLE accounts; --"


def test_the_file_is_private_and_its_folder_is_made(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "down" / "desk.db"
    with open_engine(f"sqlite:///{file}").connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "url",
    [
        "",
        "nonsense",
        "mysql://u:secret@host/db",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:////proc/nowhere/desk.db",
        "postgresql+nodriver://u:secret@host/db",
    ],
)
def test_an_unusable_address_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(ConfigurationError, match="DATABASE_URL") as refusal:
        SqlTransactions(url)
    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg2"])
def test_every_spelling_of_postgresql_works(scheme: str) -> None:
    assert open_engine(f"{scheme}://u@host/db").dialect.driver == "psycopg2"


def test_what_a_database_cannot_hold_is_replaced(database: SqlTransactions) -> None:
    settle(database)
    with database() as uow:
        stored = uow.messages.append(said(NASTY, client_id=NASTY, card={"text": NASTY}))
        uow.audit.append(entry(NASTY, conversation_id=NASTY, actor=NASTY))
        uow.outbox.put(NASTY, OutboxKind.MAIL, {"text": NASTY}, NOW)
        uow.commit()
    with database() as uow:
        assert stored.text == KEPT
        assert [message.text for message in uow.messages.after("c1", 0)] == [KEPT]
        assert uow.messages.by_client_id("c1", NASTY) is not None
        assert uow.conversations.get(NASTY) is None
        assert [item.payload for item in uow.outbox.claim(NOW, NOW + MINUTE, 9)] == [{"text": NASTY}]
        assert first_broken(uow.audit.rows()) is None


def test_a_moment_without_a_zone_is_refused(database: SqlTransactions) -> None:
    settle(database)
    with pytest.raises(Exception, match="time zone"), database() as uow:
        uow.messages.append(said(at=NOW.replace(tzinfo=None)))
