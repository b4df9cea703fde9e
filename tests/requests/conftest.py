"""The same desk on memory, SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from bot.config import Config
from bot.domain.audit import AuditEntry, first_broken
from bot.domain.messages import OutboxItem
from bot.domain.requests import PrivacyRequest
from bot.security.tokens import Signer
from bot.services.ports import Transactions
from bot.services.profile import EMAIL_LINK_LIFETIME
from bot.storage.unit_of_work import SqlTransactions
from bot.wiring import Services, build_services
from tests.fakes import FakeTransactions
from tests.fakes_console import FakeCases, FakeStaffSecrets
from tests.fakes_world import FakeBot, FakeClock, FakeHasher, FakePolicy, FakeRandomness
from tests.requests.examples import DAY, NOW


@dataclass
class Desk:
    """The use cases on one database, with a clock that is set by hand."""

    services: Services
    clock: FakeClock
    transactions: Transactions

    def add(self, *requests: PrivacyRequest) -> None:
        with self.transactions() as uow:
            for request in requests:
                uow.requests.add(request)
            uow.commit()

    def request(self, name: str = "r1") -> PrivacyRequest | None:
        with self.transactions() as uow:
            return uow.requests.by_id(name)

    def work(self) -> list[OutboxItem]:
        """Everything that waits, or will."""
        far = NOW + 10_000 * DAY
        with self.transactions() as uow:
            return list(uow.outbox.claim(far, far, 1000))

    def mails(self, template: str) -> list[dict[str, Any]]:
        return [dict(item.payload) for item in self.work() if item.payload.get("template") == template]

    def audited(self) -> list[AuditEntry]:
        with self.transactions() as uow:
            rows = uow.audit.rows()
        assert first_broken(rows) is None
        return [entry for _, entry, _ in rows]


def build(transactions: Transactions, **settings: Any) -> Desk:
    """A desk on these transactions."""
    clock = FakeClock(NOW)
    services = build_services(
        Config(facebook_app_id="app", **{"facebook_app_secret": "app-secret", **settings}),
        clock=clock,
        hasher=FakeHasher(),
        bot=FakeBot(),
        transactions=transactions,
        random=FakeRandomness(),
        policy=FakePolicy(),
        links=Signer("s" * 40, "email-change", EMAIL_LINK_LIFETIME),
        secrets=FakeStaffSecrets(),
        cases=FakeCases(),
    )
    return Desk(services, clock, transactions)


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def desk(request: pytest.FixtureRequest) -> Iterator[Desk]:
    if request.param == "memory":
        yield build(FakeTransactions())
        return
    sql = SqlTransactions(request.getfixturevalue(f"{request.param}_url"))
    yield build(sql)
    sql.close()


@pytest.fixture(params=["sqlite", "postgres"])
def stored(request: pytest.FixtureRequest) -> Iterator[Desk]:
    """A desk on a real database, for several workers at once."""
    sql = SqlTransactions(request.getfixturevalue(f"{request.param}_url"))
    yield build(sql)
    sql.close()
