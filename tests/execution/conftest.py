"""A deployment on a real database, with Rasa's own tracker store and mail on disk beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import make_url

from bot.config import Config
from bot.storage.unit_of_work import SqlTransactions
from bot.wiring import Services, build_services, build_worker
from bot.worker import Worker
from tests.conftest import NewDatabase
from tests.execution.planting import NOW
from tests.fakes_world import FakeBot, FakeClock, FakeGraph, FakeHasher, FakeMailer, FakePolicy, FakeRandomness

SQLITE = "tracker_store:\n  type: SQL\n  dialect: sqlite\n  db: {db}\n"
POSTGRES = """tracker_store:
  type: SQL
  dialect: postgresql
  url: ${TRACKER_HOST}
  db: ${TRACKER_DB}
  username: ${TRACKER_USER}
"""


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A migrated database; a test may name the kind it is for."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
def var(tmp_path: Path) -> Path:
    """Everything the deployment writes; the SQLite database lies beside it in the same folder."""
    return tmp_path


@pytest.fixture
def endpoints(
    request: pytest.FixtureRequest, database_url: str, var: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """Rasa's endpoints file, for the same kind of database."""
    path = var / "endpoints.yml"
    if database_url.startswith("sqlite"):
        path.write_text(SQLITE.format(db=var / "tracker.db"), encoding="utf-8")
        yield path
        return
    new: NewDatabase = request.getfixturevalue("new_postgres")
    with new() as url:
        parts = make_url(url)
        monkeypatch.setenv("TRACKER_HOST", f"{parts.host}:{parts.port or 5432}")
        monkeypatch.setenv("TRACKER_DB", str(parts.database))
        monkeypatch.setenv("TRACKER_USER", str(parts.username))
        path.write_text(POSTGRES, encoding="utf-8")
        yield path


class Desk:
    """The use cases and a worker."""

    def __init__(self, services: Services, mailer: FakeMailer, graph: FakeGraph, clock: FakeClock) -> None:
        self.services, self.mailer, self.graph, self.clock = services, mailer, graph, clock
        self.worker: Worker = build_worker(services, mailer=mailer, facebook=graph)

    async def work(self) -> None:
        """Until nothing is due."""
        while await self.worker.run_once():
            pass


NewDesk = Callable[..., Desk]


@pytest.fixture
def new_desk(database_url: str, var: Path, endpoints: Path) -> Iterator[NewDesk]:
    opened: list[SqlTransactions] = []

    def new(**parts: Any) -> Desk:
        opened.append(SqlTransactions(database_url))
        clock, mailer, graph = FakeClock(NOW), FakeMailer(), FakeGraph()
        config = Config(maildir=var / "mail", rasa_endpoints=endpoints, **parts.pop("config", {}))
        services = build_services(
            config,
            clock=clock,
            hasher=FakeHasher(),
            random=FakeRandomness(),
            transactions=opened[-1],
            policy=FakePolicy(),
            bot=FakeBot(),
            **parts,
        )
        return Desk(services, mailer, graph, clock)

    yield new
    for transactions in opened:
        transactions.close()


@pytest.fixture
def desk(new_desk: NewDesk) -> Desk:
    return new_desk()
