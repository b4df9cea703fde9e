"""The line to Rasa: a proper answer or BotUnavailable, nothing between."""

from __future__ import annotations

import asyncio
from datetime import datetime, timezone
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.channels.envelope import Envelope, EnvelopeSigner
from bot.channels.rasa_client import RasaClient, parse_replies
from bot.domain.errors import BotUnavailable
from bot.domain.identity import Conversation
from bot.domain.messages import Button, Reply

SECRET = "a-secret-of-more-than-thirty-two-characters"
CONVERSATION = Conversation("conversation-1", "web", datetime(2026, 1, 1, tzinfo=timezone.utc))


def send(answer: Any, *, text: str = "hello", trusted: bool = False) -> tuple[list[Reply], Envelope]:
    """One turn against a stand-in for the channel; the replies, and the envelope it saw."""
    seen: list[Envelope] = []

    async def turn(request: web.Request) -> web.StreamResponse:
        seen.append(EnvelopeSigner(SECRET).open(await request.json()))
        return await answer(request) if callable(answer) else web.json_response(answer)

    async def run() -> list[Reply]:
        app = web.Application()
        app.router.add_post("/webhooks/desk/turn", turn)
        app.router.add_get("/", turn)
        async with TestServer(app) as server:
            client = RasaClient(str(server.make_url("")), SECRET, timeout=0.5)
            try:
                return list(await client.send(CONVERSATION, "7", text, trusted=trusted))
            finally:
                await client.close()

    return asyncio.run(run()), seen[0]


def test_a_turn_goes_out_sealed_and_comes_back_as_replies() -> None:
    said = {"text": "Which?", "buttons": [{"title": "Yes", "payload": "/affirm"}], "card": {"type": "contact"}}
    replies, envelope = send({"replies": [said]}, text="/affirm", trusted=True)
    assert replies == [Reply("Which?", (Button("Yes", "/affirm"),), {"type": "contact"})]
    assert (envelope.conversation_id, envelope.message_id, envelope.trusted) == ("conversation-1", "7", True)


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {},
        {"replies": []},
        {"replies": ["x"]},
        {"replies": [{"text": 5, "buttons": [], "card": None}]},
        {"replies": [{"text": "x", "buttons": [{"title": "Yes"}], "card": None}]},
        {"replies": [{"text": "x", "buttons": [], "card": "html"}]},
    ],
)
def test_an_answer_of_another_shape_is_no_answer(body: Any) -> None:
    with pytest.raises(BotUnavailable):
        parse_replies(body)


async def _error(_: web.Request) -> web.StreamResponse:
    return web.json_response({"replies": []}, status=500)


async def _html(_: web.Request) -> web.StreamResponse:
    return web.Response(text="<html>proxy</html>", content_type="text/html")


async def _late(_: web.Request) -> web.StreamResponse:
    await asyncio.sleep(1)
    return web.json_response({})


@pytest.mark.parametrize("answer", [_error, _html, _late])
def test_errors_html_and_silence_are_unavailability(answer: Any) -> None:
    with pytest.raises(BotUnavailable):
        send(answer)


def test_nobody_there() -> None:
    async def run() -> None:
        client = RasaClient("http://127.0.0.1:9", SECRET, timeout=0.5)
        assert not await client.alive()
        try:
            await client.send(CONVERSATION, "7", "hello", trusted=False)
        finally:
            await client.close()

    with pytest.raises(BotUnavailable):
        asyncio.run(run())
