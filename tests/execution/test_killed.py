"""A worker is killed at every step of an execution; whoever goes on erases each store once and writes one letter."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from email import message_from_bytes
from pathlib import Path

import pytest

from bot.domain.audit import AuditTag, first_broken
from bot.domain.requests import RequestState
from bot.storage.personal.registry import STORES
from tests.execution.conftest import Desk, NewDesk
from tests.execution.killed import Job, work
from tests.execution.partner import Partner, serving
from tests.execution.planting import ANNA, every_row, file, plant, traces
from tests.mail.server import Outside, outside_world

REMOTES = {"tracker", "facebook", "partner-acme", "partner-bolt"}
ON_POSTGRES = (2, 5, 9, 14, 19, 23, 28, 33)
LEAST = 20
_PROCESSES = multiprocessing.get_context("forkserver")
_SECURITY = ["bot.security.tokens", "bot.security.hashing", "bot.security.reply_addresses"]
_PROCESSES.set_forkserver_preload(["tests.execution.killed", "holidays", *_SECURITY])


@dataclass
class World:
    """Everything outside the workers."""

    desk: Desk
    job: Job
    outside: Outside
    partners: tuple[Partner, Partner]

    def start(self, **changes: object) -> multiprocessing.process.BaseProcess:
        process = _PROCESSES.Process(target=work, args=(replace(self.job, **changes),))  # type: ignore[arg-type]
        process.start()
        return process

    def run(self, **changes: object) -> int | None:
        process = self.start(**changes)
        process.join(60)
        return process.exitcode

    def forget(self) -> None:
        """What the outside heard."""
        self.outside.envelopes.clear()
        for partner in self.partners:
            partner.heard.clear()
            partner.acted.clear()

    def check(self) -> None:
        """All is done, and done once."""
        with self.desk.services.transactions() as uow:
            request = uow.requests.by_id(self.job.request)
            receipts = Counter(receipt.store for receipt in uow.receipts.of(self.job.request))
            rows = uow.audit.rows(limit=10_000)
        assert request is not None and request.state is RequestState.COMPLETED
        assert receipts == Counter({store.name for store in STORES} | REMOTES)
        erased = [entry for _, entry, _ in rows if entry.tag is AuditTag.STORE_ERASED]
        assert Counter(entry.details["store"] for entry in erased) == receipts
        assert first_broken(rows) is None
        assert traces(ANNA, every_row(self.job.url)) == []
        letters = [message_from_bytes(bytes(envelope.content or b"")) for envelope in self.outside.envelopes]
        assert len({letter["Message-ID"] for letter in letters}) == 1
        for partner in self.partners:
            assert len(partner.heard) == len(partner.acted) == 1 and not partner.refused
            assert partner.acted[0]["data"] == {"account_id": "anna", "mailboxes": [ANNA.email]}


@pytest.fixture
def world(new_desk: NewDesk, database_url: str, var: Path, endpoints: Path) -> Iterator[World]:
    desk = new_desk()
    plant(desk.services, ANNA, var / "mail")
    file(desk.services, ANNA.request())
    partners = (Partner(), Partner())
    with serving(*partners), outside_world() as outside:
        known = (partners[0].config("acme"), partners[1].config("bolt"))
        named = {name: value for name, value in os.environ.items() if name.startswith("TRACKER_")}
        job = Job(database_url, endpoints, outside.port, known, "r-anna", environment=named)
        yield World(desk, job, outside, partners)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_killed_at_each_step_on_sqlite(world: World, var: Path) -> None:
    world.desk.services.transactions.scrub()
    before = (var / "desk.db").read_bytes()
    log = var / "steps"
    assert world.run(log=log) == 0
    world.check()
    steps = log.read_text().splitlines()
    assert len(steps) >= LEAST
    for number, name in enumerate(steps, 1):
        world.desk.services.transactions.close()  # type: ignore[attr-defined]
        for path in var.glob("desk.db*"):
            path.unlink()
        (var / "desk.db").write_bytes(before)
        world.forget()
        assert world.run(kill_at=number) == -signal.SIGKILL, (number, name)
        assert world.run() == 0, (number, name)
        world.check()


@pytest.mark.parametrize("number", ON_POSTGRES)
@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_killed_in_the_middle_on_postgres(world: World, number: int) -> None:
    assert world.run(kill_at=number) == -signal.SIGKILL
    assert world.run() == 0
    world.check()


@pytest.mark.parametrize("number", [8, 20])
@pytest.mark.parametrize("lease", [0.001, 2.0])
@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_three_workers_at_once_and_one_is_killed(world: World, number: int, lease: float) -> None:
    """With no lease to speak of all three carry out the same item at the same time."""
    workers = [world.start(lease=lease, kill_at=kill_at) for kill_at in (number, 0, 0)]
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [-signal.SIGKILL, 0, 0]
    world.check()
