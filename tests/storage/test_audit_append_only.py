"""Not even somebody with the database in hand changes an audit row by a slip."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from bot.domain.audit import first_broken
from bot.storage.engine import open_engine
from bot.storage.unit_of_work import SqlTransactions
from tests.storage.examples import entry

COPY = "SELECT number, at, tag, 'someone else', subject, conversation_id, details, seal FROM audit"


ON_BOTH = [
    "UPDATE audit SET actor = 'someone else'",
    "UPDATE audit SET actor = 'someone else' WHERE number = 1",
    "DELETE FROM audit",
    "DELETE FROM audit WHERE number = 2",
    f"INSERT INTO audit {COPY}",
]
STATEMENTS = [
    *(("sqlite", statement) for statement in [*ON_BOTH, f"INSERT OR REPLACE INTO audit {COPY}"]),
    *(("postgres", statement) for statement in [*ON_BOTH, "TRUNCATE audit"]),
]


@pytest.mark.parametrize(("database_url", "statement"), STATEMENTS, indirect=["database_url"])
def test_a_row_stays_as_it_was_written(database: SqlTransactions, database_url: str, statement: str) -> None:
    with database() as uow:
        uow.audit.append(entry("a"))
        uow.audit.append(entry("b"))
        uow.commit()
    engine = open_engine(database_url)
    with pytest.raises(DatabaseError, match=r"append-only|duplicate key"), engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()
    with database() as uow:
        rows = uow.audit.rows()
    assert [row.actor for _, row, _ in rows] == ["person", "person"]
    assert first_broken(rows) is None
