"""A site that runs here over real HTTPS, and a desk whose accounts are that site's."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path

import pytest
import trustme
from aiohttp.test_utils import TestServer

from bot.config import Config
from bot.domain.accounts import Account
from bot.domain.identity import Conversation
from bot.domain.messages import OutboxItem
from bot.security.tokens import Signer
from bot.services.ports import Transactions
from bot.services.profile import EMAIL_LINK_LIFETIME
from bot.site.client import HttpSite
from bot.site.exchange import Exchange
from bot.storage.unit_of_work import SqlTransactions
from bot.wiring import Services, build_services, build_worker
from tests.fakes_console import FakeCases, FakeStaffSecrets
from tests.fakes_world import FakeBot, FakeClock, FakeGraph, FakeHasher, FakeMailer, FakePolicy, FakeRandomness
from tests.site import api
from tests.site.reference import Person, ReferenceSite

SECRET = "shared-by-the-desk-and-the-site-of-the-test"
JOINED = datetime(2015, 4, 1, tzinfo=timezone.utc)


class Randomness(FakeRandomness):
    """Values as long as real ones."""

    def id(self) -> str:
        return super().id().rjust(22, "0")


@dataclass
class Waits:
    """The passing of time for one Exchange: nobody waits, and every wait is written down."""

    now: float = 0.0
    slept: list[float] = field(default_factory=list)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


@dataclass
class Line:
    """A reference site and a client of it."""

    site: ReferenceSite
    clock: FakeClock
    url: str
    ca: str
    waits: Waits = field(default_factory=Waits)
    random: Randomness = field(default_factory=Randomness)

    def client(
        self,
        *,
        secret: str = SECRET,
        url: str = "",
        ca: str | None = None,
        timeout: float = 5.0,
        jitter: float = 1.0,
    ) -> HttpSite:
        exchange = Exchange(
            url or self.url,
            secret,
            timeout,
            self.ca if ca is None else ca,
            self.clock,
            self.random,
            sleep=self.waits.sleep,
            monotonic=lambda: self.waits.now,
            jitter=lambda: jitter,
        )
        return HttpSite(exchange, self.clock, self.random)


def anna() -> Person:
    details = {"email": "anna@example.com", "full_name": "Anna Ames", "phone": "+1 202 555 0143"}
    return Person("u-17", "right", details, JOINED, settings={"newsletter": True}, facebook_user="fb-anna")


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
async def line(authority: trustme.CA, tmp_path: Path) -> AsyncIterator[Line]:
    """Anna is u-17, her password is «right»."""
    clock = FakeClock()
    site = ReferenceSite(SECRET, clock.now, people={"u-17": anna()})
    certificate, ca = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH), tmp_path / "ca.pem"
    authority.issue_cert("127.0.0.1").configure_cert(certificate)
    authority.cert_pem.write_to_path(str(ca))
    server = TestServer(site.app(), scheme="https")
    await server.start_server(ssl=certificate, shutdown_timeout=0.1)
    yield Line(site, clock, f"https://127.0.0.1:{server.port}{api.PREFIX}", str(ca))
    await server.close()


@pytest.fixture
async def client(line: Line) -> AsyncIterator[HttpSite]:
    made = line.client()
    yield made
    await made.close()


@dataclass
class Desk:
    """A desk on a real database, its worker, and its line to the site."""

    line: Line
    services: Services
    mailer: FakeMailer

    @property
    def site(self) -> ReferenceSite:
        return self.line.site

    def open(self) -> Conversation:
        return self.services.identity.open("web")

    async def signed_in(self) -> Conversation:
        return await self.services.authentication.sign_in(self.open().id, "anna@example.com", "right")

    async def proved(self, mailbox: str = "anna@example.com", conversation: Conversation | None = None) -> Conversation:
        """Somebody who typed back a code sent to this mailbox."""
        conversation = conversation or self.open()
        self.services.identity.send_code(conversation.id, mailbox)
        return await self.services.authentication.prove_code(conversation.id, self.code())

    def code(self) -> str:
        return str(self.waiting("code:")[-1].payload["values"]["code"])

    def waiting(self, prefix: str = "site:") -> list[OutboxItem]:
        with self.services.transactions() as uow:
            return list(uow.outbox.waiting(prefix))

    def given_up(self) -> list[str]:
        with self.services.transactions() as uow:
            return [row.error for row in uow.outbox.buried(None, 10)]

    def account(self, account_id: str = "u-17") -> Account | None:
        with self.services.transactions() as uow:
            return uow.accounts.by_id(account_id)

    def settings(self) -> dict[str, bool]:
        with self.services.transactions() as uow:
            return dict(uow.preferences.of("u-17"))

    def audited(self) -> list[tuple[str, str]]:
        with self.services.transactions() as uow:
            rows = uow.audit.rows()
        return [(entry.tag.value, str(entry.details.get("what", ""))) for _, entry, _ in rows]

    async def work(self) -> None:
        """The worker carries out whatever is due."""
        worker = build_worker(self.services, mailer=self.mailer, facebook=FakeGraph())
        while await worker.run_once():
            pass


def desk_on(line: Line, transactions: Transactions, site: HttpSite | None) -> Desk:
    """A desk whose accounts are the line's site; without `site` wired by its configuration."""
    services = build_services(
        Config(site_api_url=line.url, site_api_secret=SECRET, site_api_ca=line.ca),
        clock=line.clock,
        hasher=FakeHasher(),
        random=line.random,
        transactions=transactions,
        policy=FakePolicy(),
        bot=FakeBot(),
        links=Signer("s" * 40, "email-change", EMAIL_LINK_LIFETIME),
        site=site,
        secrets=FakeStaffSecrets(),
        cases=FakeCases(),
    )
    return Desk(line, services, FakeMailer())


NewDesk = Callable[..., Desk]


@pytest.fixture
async def new_desk(line: Line, sqlite_url: str) -> AsyncIterator[NewDesk]:
    made: list[Desk] = []

    def new(site: HttpSite | None = None) -> Desk:
        made.append(desk_on(line, SqlTransactions(sqlite_url), site))
        return made[-1]

    yield new
    for desk in made:
        await desk.services.site.close()


@pytest.fixture
def desk(new_desk: NewDesk, line: Line) -> Desk:
    """Wired as a deployment is, except that pauses between attempts take no time."""
    return new_desk(line.client())
