"""The channel as Rasa serves it: signed envelopes only, each once."""

from __future__ import annotations

import asyncio
import json
import socket
import uuid
from typing import Any, Awaitable, Callable, Iterator

import aiohttp
import pytest
from rasa.core.channels.channel import UserMessage
from sanic import Sanic

from bot.channels.desk import MAX_BODY, DeskChannel
from bot.channels.envelope import Envelope, EnvelopeSigner, TurnSigner

SECRET = "a-secret-of-more-than-thirty-two-characters"


class NoRotation:
    async def before_turn(self, agent: object, conversation_id: str) -> None:
        self.last = conversation_id


class Rasa:
    """Stands in for the agent: remembers what it was given and says what it is told to."""

    def __init__(self, *said: dict[str, Any]) -> None:
        self.said = said or ({"text": "Hello."},)
        self.heard: list[UserMessage] = []

    async def handle(self, message: UserMessage) -> None:
        self.heard.append(message)
        for item in self.said:
            await message.output_channel.send_response(message.sender_id, dict(item))


@pytest.fixture
def rasa() -> Rasa:
    return Rasa()


class Desk:
    """One running channel for the whole module: Sanic rewrites its own code at the first start of a process."""

    def __init__(self) -> None:
        self.handle: Callable[[UserMessage], Awaitable[Any]] = Rasa().handle
        self.loop = asyncio.new_event_loop()

    async def start(self) -> None:
        app = self.app = Sanic(f"test-{uuid.uuid4().hex}", configure_logging=False)
        app.ctx.agent = None
        channel = DeskChannel(SECRET, NoRotation())  # type: ignore[arg-type]
        app.blueprint(channel.blueprint(lambda message: self.handle(message)), url_prefix="/webhooks/desk")
        listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{listener.getsockname()[1]}/webhooks/desk/turn"
        self.server = await app.create_server(sock=listener, return_asyncio_server=True, access_log=False)
        await self.server.startup()

    async def stop(self) -> None:
        self.server.close()
        await self.server.wait_closed()

    def ask(self, handle: Callable[[UserMessage], Awaitable[Any]], *bodies: Any) -> list[tuple[int, Any]]:
        """Posts bodies; status and JSON of each."""
        self.handle = handle
        return [self.loop.run_until_complete(self._post(body)) for body in bodies]

    async def _post(self, body: Any) -> tuple[int, Any]:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        async with aiohttp.ClientSession() as session, session.post(self.url, data=data) as response:
            return response.status, json.loads(await response.text())

    def ready(self, agent: object) -> int:
        """Status of the readiness route while Rasa has this agent."""
        self.app.ctx.agent = agent
        return self.loop.run_until_complete(self._status_of("/ready"))

    async def _status_of(self, path: str) -> int:
        async with aiohttp.ClientSession() as session, session.get(self.url.replace("/turn", path)) as response:
            return response.status


Ask = Callable[..., "list[tuple[int, Any]]"]


class Agent:
    def __init__(self, loaded: bool) -> None:
        self.is_ready = lambda: loaded


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    desk = Desk()
    desk.loop.run_until_complete(desk.start())
    yield desk
    desk.loop.run_until_complete(desk.stop())
    desk.loop.close()


@pytest.fixture
def ask(desk: Desk) -> Ask:
    return desk.ask


def sealed(text: str = "hello", trusted: bool = False, secret: str = SECRET) -> dict[str, str]:
    return EnvelopeSigner(secret).seal(Envelope("conversation-1", "7", "web", text, trusted))


def test_it_is_ready_once_a_model_is_loaded(desk: Desk) -> None:
    assert [desk.ready(agent) for agent in (None, Agent(False), Agent(True))] == [503, 503, 200]


def test_a_sealed_turn_is_answered(ask: Ask, rasa: Rasa) -> None:
    [(status, body)] = ask(rasa.handle, sealed())
    assert status == 200
    assert body == {"replies": [{"text": "Hello.", "buttons": [], "card": None}]}
    [message] = rasa.heard
    assert (message.sender_id, message.text, message.message_id) == ("conversation-1", "hello", "7")


def test_text_buttons_and_card_stay_together(ask: Ask) -> None:
    said = {"text": "Which?\n\nThis one?", "buttons": [{"title": "Yes", "payload": "/affirm"}], "custom": {"type": "x"}}
    [(_, body)] = ask(Rasa(said).handle, sealed())
    assert body["replies"] == [{"text": said["text"], "buttons": said["buttons"], "card": {"type": "x"}}]


def test_the_action_server_gets_a_proof_of_the_turn(ask: Ask, rasa: Rasa) -> None:
    ask(rasa.handle, sealed())
    proof = TurnSigner(SECRET).read(rasa.heard[0].metadata["turn"])
    assert (proof.conversation_id, proof.message_id, proof.channel) == ("conversation-1", "7", "web")


def test_an_envelope_is_good_once(ask: Ask, rasa: Rasa) -> None:
    body = sealed()
    answers = ask(rasa.handle, body, body)
    assert [status for status, _ in answers] == [200, 401]
    assert len(rasa.heard) == 1


@pytest.mark.parametrize(
    "body",
    [
        {"sender": "victim", "message": "/sign_in"},
        {"envelope": "rubbish", "text": "hello", "sender": "victim"},
        {"envelope": 5, "text": "hello"},
        [],
        b"\xff\xfe",
        b"",
        b"x" * (MAX_BODY + 1),
    ],
    ids=["rest channel", "extra", "number", "list", "binary", "empty", "too long"],
)
def test_what_is_no_envelope_is_a_bad_request(ask: Ask, rasa: Rasa, body: Any) -> None:
    [(status, answer)] = ask(rasa.handle, body)
    assert (status, answer) == (400, {"error": "bad request"})
    assert not rasa.heard


@pytest.mark.parametrize(
    "body", [{"envelope": "rubbish", "text": "hello"}, sealed(secret="xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")]
)
def test_a_forged_envelope_is_refused_without_detail(ask: Ask, rasa: Rasa, body: Any) -> None:
    assert ask(rasa.handle, body) == [(401, {"error": "refused"})]
    assert not rasa.heard


def test_a_typed_slash_is_only_text(ask: Ask, rasa: Rasa) -> None:
    ask(rasa.handle, sealed(' \u2003/set{"setting": "x"}'), sealed("/affirm", trusted=True))
    assert [message.text for message in rasa.heard] == ['set{"setting": "x"}', "/affirm"]


def test_silence_and_failure_are_not_an_answer(ask: Ask, rasa: Rasa) -> None:
    async def silent(message: UserMessage) -> None:
        return None

    async def broken(message: UserMessage) -> None:
        raise RuntimeError("secret detail")

    assert ask(silent, sealed()) == [(503, {"error": "no answer"})]
    assert ask(broken, sealed()) == [(500, {"error": "failed"})]
