"""A worker in a process of its own that can be killed at any step; the steps are the edges of its ports."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.config import Config
from bot.domain.erasure import Person
from bot.domain.messages import Letter
from bot.domain.requests import RequestState
from bot.mail.transport import mailer
from bot.services.requests.ports import RemoteStore
from bot.storage.unit_of_work import SqlTransactions, SqlUnitOfWork
from bot.stores.facebook import FacebookPermission
from bot.stores.partners import Partner
from bot.stores.tracker import TrackerStore
from bot.wiring import build_services, build_worker
from tests.fakes_world import FakeBot, FakeGraph, FakeHasher, FakePolicy

PATIENCE = 30.0
"""Seconds after which a worker that gets nowhere is given up."""


@dataclass
class Steps:
    """Counts the steps of this process, writes them down, and kills it at one of them."""

    kill_at: int
    log: Path | None = None
    names: list[str] = field(default_factory=list)

    def step(self, name: str) -> None:
        self.names.append(name)
        if self.log is not None:
            with self.log.open("a", encoding="utf-8") as log:
                log.write(f"{name}\n")
        if len(self.names) == self.kill_at:
            os.kill(os.getpid(), signal.SIGKILL)


class _Transaction(SqlUnitOfWork):
    steps: Steps

    def commit(self) -> None:
        self.steps.step("before a commit")
        super().commit()
        self.steps.step("after a commit")


class Transactions(SqlTransactions):
    def __init__(self, url: str, steps: Steps) -> None:
        super().__init__(url)
        self._steps = steps

    def __call__(self) -> SqlUnitOfWork:
        transaction = _Transaction(self._engine, self._turnstile, self._lock_wait)
        transaction.steps = self._steps
        return transaction

    def scrub(self) -> None:
        self._steps.step("before the scrubbing")
        super().scrub()


@dataclass(frozen=True)
class Remote:
    store: RemoteStore
    steps: Steps

    @property
    def name(self) -> str:
        return self.store.name

    @property
    def title(self) -> str:
        return self.store.title

    async def count(self, person: Person) -> int | None:
        return await self.store.count(person)

    async def export(self, person: Person) -> Sequence[Any]:
        return await self.store.export(person)

    async def erase(self, person: Person, key: str) -> int | None:
        self.steps.step(f"before {self.name}")
        erased = await self.store.erase(person, key)
        self.steps.step(f"after {self.name}")
        return erased


class Mailer:
    def __init__(self, config: Config, steps: Steps) -> None:
        self._mailer, self._steps = mailer(config), steps

    async def send(self, letter: Letter, *, key: str) -> None:
        self._steps.step("before a mail")
        await self._mailer.send(letter, key=key)
        self._steps.step("after a mail")


@dataclass(frozen=True)
class Job:
    """What a worker needs to know.

    Attributes:
        lease: seconds; as short as nothing, several workers take the same item at once.
    """

    url: str
    endpoints: Path
    smtp_port: int
    partners: tuple[dict[str, str], ...]
    request: str
    kill_at: int = 0
    lease: float = 0.05
    log: Path | None = None
    environment: dict[str, str] = field(default_factory=dict)


def work(job: Job) -> None:
    """Works until it is killed, or else until the request is completed and its closing mail is sent."""
    os.environ.update(job.environment)
    steps = Steps(job.kill_at, job.log)
    config = Config(
        rasa_endpoints=job.endpoints,
        smtp_host="127.0.0.1",
        smtp_port=job.smtp_port,
        smtp_tls="none",
        partner_webhooks=list(job.partners),
    )
    transactions = Transactions(job.url, steps)
    clock = build_services(config, transactions=transactions, policy=FakePolicy(), bot=FakeBot()).clock
    stores: list[RemoteStore] = [TrackerStore(job.endpoints), FacebookPermission(FakeGraph())]
    stores += [Partner(known["name"], known["url"], known["secret"], clock) for known in job.partners]
    remotes = [Remote(store, steps) for store in stores]
    services = build_services(
        config, transactions=transactions, policy=FakePolicy(), bot=FakeBot(), hasher=FakeHasher(), remotes=remotes
    )
    worker = build_worker(services, mailer=Mailer(config, steps), lease=timedelta(seconds=job.lease))
    asyncio.run(_until_done(worker.run_once, SqlTransactions(job.url), job.request, job.kill_at))


async def _until_done(run_once: Any, watching: SqlTransactions, request_id: str, kill_at: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with watching() as uow:
            request = uow.requests.by_id(request_id)
            waiting, _ = uow.outbox.counts()
        if not kill_at and request is not None and request.state is RequestState.COMPLETED and waiting == LATER:
            return
        if not await run_once():
            await asyncio.sleep(0.02)
    raise TimeoutError(f"{request_id} was not carried out")


LATER = 1
"""Items that wait when all is done: the second look, which is due later."""
