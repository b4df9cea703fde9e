"""A gateway with fakes behind it, and a client that talks to it as the widget does."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from aiohttp import ClientWebSocketResponse, web
from aiohttp.test_utils import TestClient, TestServer

from bot.config import Config
from bot.domain.accounts import Account
from bot.domain.messages import Button, Reply
from bot.gateway.app import create_app
from bot.gateway.context import GATEWAY, Gateway
from bot.security.tokens import Signer
from bot.wiring import Services, build_services, mail_reader
from tests import fakes, fakes_world
from tests.fakes_console import FakeCases, FakeStaffSecrets

SECRET = "a-secret-of-more-than-thirty-two-characters"
HOST_SECRET = "the-secret-shared-with-the-host-page-only"
ANNA = Account("account-anna", "anna@example.com", fakes_world.FakeClock().now(), "hash of correct horse", "Anna Ames")
BEN = Account("account-ben", "ben@example.com", fakes_world.FakeClock().now(), "hash of battery staple", "Ben Birch")

GREETING = Reply("Hello. Ask me about the privacy policy.", (Button("Show my settings", "/view_settings"),))


@dataclass
class World:
    """Everything behind the gateway, where a test can reach it."""

    config: Config
    clock: fakes_world.FakeClock = field(default_factory=fakes_world.FakeClock)
    transactions: fakes.FakeTransactions = field(default_factory=fakes.FakeTransactions)
    bot: fakes_world.FakeBot = field(default_factory=fakes_world.FakeBot)
    cases: FakeCases = field(default_factory=FakeCases)
    random: fakes_world.FakeRandomness = field(default_factory=fakes_world.FakeRandomness)

    def __post_init__(self) -> None:
        self.bot.replies["/greet"] = (GREETING,)
        self.bot.replies["/resume"] = (Reply("You are signed in."),)
        with self.transactions() as uow:
            if uow.accounts.by_id(ANNA.id) is None:
                uow.accounts.add(ANNA)
                uow.accounts.add(BEN)
            uow.commit()

    def services(self) -> Services:
        """The real use cases on the fakes."""
        return build_services(
            self.config,
            clock=self.clock,
            random=self.random,
            hasher=fakes_world.FakeHasher(),
            transactions=self.transactions,
            policy=fakes_world.FakePolicy(),
            bot=self.bot,
            links=Signer(SECRET, "email-change", timedelta(hours=24)),
            secrets=FakeStaffSecrets(),
            invitations=Signer(SECRET, "staff-invitation", timedelta(hours=48)),
            cases=self.cases,
            reader=fakes_world.DirectReader(mail_reader(self.config)),
            tables=(),
            remotes=(),
        )

    def mailed_code(self) -> str:
        """The digits of the newest mailed code."""
        payloads = [job.item.payload for job in self.transactions.data.outbox]
        return str([payload["values"]["code"] for payload in payloads if payload.get("template") == "code"][-1])

    def audited(self) -> list[str]:
        """The tags of the audit log."""
        return [entry.tag.value for _, entry, _ in self.transactions.data.audit]


@dataclass
class Desk:
    """A running gateway and its test client."""

    world: World
    app: web.Application
    http: TestClient[web.Request, web.Application]

    @property
    def gateway(self) -> Gateway:
        """What the handlers see."""
        return self.app[GATEWAY]

    async def session(self, **body: Any) -> Session:
        """Opens a conversation."""
        response = await self.http.post("/api/session", json=body)
        assert response.status == 200, await response.text()
        return Session(self, await response.json())


@dataclass
class Session:
    """One conversation, held by its token."""

    desk: Desk
    opened: dict[str, Any]

    def __post_init__(self) -> None:
        self.token: str = self.opened["token"]

    @property
    def headers(self) -> dict[str, str]:
        """What shows that one holds the conversation."""
        return {"Authorization": f"Bearer {self.token}"}

    @property
    def id(self) -> str:
        """The conversation's id, as a thief could read it from the token."""
        return self.desk.gateway.tokens.read(self.token)[0]

    async def post(self, path: str, **body: Any) -> tuple[int, dict[str, Any]]:
        """Status and JSON."""
        response = await self.desk.http.post(path, json=body, headers=self.headers)
        return response.status, await response.json()

    async def say(self, text: str, client_id: str = "c1") -> tuple[int, dict[str, Any]]:
        """Says something over HTTP."""
        return await self.post("/api/messages", client_id=client_id, text=text)

    async def history(self, after: int = 0) -> list[dict[str, Any]]:
        """The stored transcript."""
        response = await self.desk.http.get(f"/api/messages?after={after}", headers=self.headers)
        return list((await response.json())["messages"])

    async def socket(self, after: int = 0) -> ClientWebSocketResponse:
        """An open chat socket that has said hello and been welcomed."""
        socket = await connect(self.desk)
        await socket.send_json({"type": "hello", "token": self.token, "after": after})
        ready = await socket.receive_json()
        assert ready["type"] == "ready", ready
        return socket


async def connect(desk: Desk, **headers: str) -> ClientWebSocketResponse:
    """A socket that has not said who it is."""
    return await desk.http.ws_connect("/api/socket", headers={"Origin": desk.world.config.public_url, **headers})


async def until(socket: ClientWebSocketResponse, kind: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The next frame of a kind, and what came before it."""
    before: list[dict[str, Any]] = []
    while True:
        frame = await socket.receive_json(timeout=5)
        if frame["type"] == kind:
            return frame, before
        before.append(frame)


async def start(config: Config | None = None, world: World | None = None) -> Desk:
    """A running gateway; stop it with `desk.http.close()`."""
    world = world or World(config or configuration())
    app = create_app(world.services())
    client = TestClient(TestServer(app))
    await client.start_server()
    return Desk(world, app, client)


def configuration(**settings: Any) -> Config:
    """A deployment for tests; the environment does not count."""
    values = {"secret_key": SECRET, "host_jwt_secret": HOST_SECRET, "host_jwt_issuer": "https://www.outsource.example"}
    return Config(**{**values, "rasa_url": "http://127.0.0.1:9", **settings})
