"""The outbox is carried out: once, later, or given up, and never forgotten."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.config import Config
from bot.domain.messages import OutboxKind
from bot.services.journal import Journal
from bot.services.outgoing import Outgoing
from bot.storage.unit_of_work import SqlTransactions
from bot.wiring import build_services, build_worker, reply_addresses
from bot.worker import ATTEMPTS
from tests.fakes_world import FakeClock, FakeGraph, FakeHasher, FakeMailer, FakePolicy

CODE = {"to": "anna@example.com", "template": "code", "values": {"code": "123456"}}


class Bench:
    """A worker on a real database, with an outside world that can be switched off."""

    def __init__(self, url: str) -> None:
        self.clock, self.mailer, self.graph = FakeClock(), FakeMailer(), FakeGraph()
        self.transactions = SqlTransactions(url)
        journal = Journal(self.clock, FakeHasher())
        addresses = reply_addresses(Config())
        outgoing = Outgoing(self.transactions, self.clock, addresses)
        services = build_services(Config(), transactions=self.transactions, clock=self.clock, policy=FakePolicy())
        worker = build_worker(services, mailer=self.mailer, facebook=self.graph)
        self.worker = replace(worker, journal=journal, outgoing=outgoing)

    def put(self, key: str, kind: OutboxKind, payload: dict[str, Any]) -> None:
        with self.transactions() as uow:
            uow.outbox.put(key, kind, payload, self.clock.now())
            uow.commit()

    def counts(self) -> tuple[int, int]:
        with self.transactions() as uow:
            return uow.outbox.counts()


@pytest.fixture
def bench(sqlite_url: str) -> Bench:
    return Bench(sqlite_url)


async def test_a_mail_leaves_once_and_its_payload_is_wiped(bench: Bench, tmp_path: Path) -> None:
    bench.put("code:1", OutboxKind.MAIL, CODE)
    bench.put("code:1", OutboxKind.MAIL, CODE)
    await bench.worker.run_once()
    await bench.worker.run_once()
    (mail,) = bench.mailer.sent
    assert (mail.to, mail.subject, mail.key) == ("anna@example.com", "123456 is your Outsource.com code", "code:1")
    bench.transactions.close()
    assert b"123456" not in (tmp_path / "desk.db").read_bytes()


async def test_a_server_that_is_down_is_tried_later_and_later(bench: Bench) -> None:
    bench.put("code:1", OutboxKind.MAIL, CODE)
    bench.mailer.down = True
    assert await bench.worker.run_once() == 1
    assert await bench.worker.run_once() == 0
    bench.clock.advance(timedelta(seconds=30))
    assert await bench.worker.run_once() == 1
    bench.mailer.down = False
    bench.clock.advance(timedelta(seconds=59))
    assert await bench.worker.run_once() == 0
    bench.clock.advance(timedelta(seconds=1))
    assert await bench.worker.run_once() == 1
    assert len(bench.mailer.sent) == 1


async def test_after_many_attempts_it_is_given_up_visibly(bench: Bench) -> None:
    bench.put("code:1", OutboxKind.MAIL, CODE)
    bench.mailer.down = True
    for _ in range(ATTEMPTS):
        await bench.worker.run_once()
        bench.clock.advance(timedelta(hours=6))
    assert bench.counts() == (0, 1)


async def test_a_refused_address_is_not_tried_again(bench: Bench) -> None:
    bench.mailer.refused = {"anna@example.com"}
    bench.put("code:1", OutboxKind.MAIL, CODE)
    await bench.worker.run_once()
    assert bench.counts() == (0, 1)


async def test_a_dead_address_gets_no_mail_of_any_kind(bench: Bench) -> None:
    bench.mailer.dead = {"anna@example.com"}
    bench.put("code:1", OutboxKind.MAIL, CODE)
    await bench.worker.run_once()
    bench.mailer.dead = set()
    bench.put("note:1", OutboxKind.MAIL, {"to": "Anna@Example.com", "template": "email_changed", "values": {}})
    await bench.worker.run_once()
    assert bench.counts() == (0, 2)
    assert bench.mailer.sent == []


async def test_a_broken_item_does_not_hold_up_the_others(bench: Bench) -> None:
    bench.put("bad", OutboxKind.MAIL, {"to": "x@example.com", "template": "no_such", "values": {}})
    bench.put("code:1", OutboxKind.MAIL, CODE)
    await bench.worker.run_once()
    assert len(bench.mailer.sent) == 1
    assert bench.counts() == (1, 0)


@pytest.mark.parametrize(("configured", "result"), [(True, "withdrawn"), (False, "no app configured")])
async def test_the_facebook_permission_is_withdrawn_or_that_is_recorded(
    bench: Bench, configured: bool, result: str
) -> None:
    bench.graph.configured = configured
    payload = {"facebook_user": "1020", "account_id": "anna"}
    bench.put("facebook:1", OutboxKind.FACEBOOK_REVOKE, payload)
    await bench.worker.run_once()
    with bench.transactions() as uow:
        ((_, entry, _),) = uow.audit.rows()
    assert (entry.tag.value, entry.details) == ("facebook:revoke", {"result": result})
    assert bench.graph.revoked == (["1020"] if configured else [])
