"""What a stranger may try."""

from __future__ import annotations

import base64
import json
from datetime import datetime, timedelta

import pytest
from aiohttp import WSMsgType, WSServerHandshakeError

from bot.domain.errors import TokenInvalid
from bot.domain.messages import Button
from bot.gateway.tokens import Buttons, ConversationTokens
from bot.security.clock import SystemClock
from bot.security.tokens import Signer
from tests.gateway.desk import ANNA, SECRET, Desk, configuration, connect, start, until


async def bearing(desk: Desk, token: str) -> int:
    response = await desk.http.get("/api/messages", headers={"Authorization": f"Bearer {token}"})
    return response.status


async def test_no_token_no_conversation(desk: Desk) -> None:
    for path in ("/api/messages", "/api/sign-in", "/api/sign-out", "/api/code", "/api/code/prove"):
        response = await desk.http.post(path, json={"client_id": "c", "text": "hello"})
        assert response.status == 401, path
    assert "identity:token_refused" in desk.world.audited()


async def test_forged_foreign_and_altered_tokens_are_refused_and_audited(desk: Desk) -> None:
    victim = await desk.session()
    conversation = {"cid": victim.id, "epoch": 0}
    forged = base64.urlsafe_b64encode(json.dumps(conversation).encode()).decode() + ".aa.bb"
    foreign = Signer("another-secret-of-thirty-two-characters!", "conversation", None).sign(conversation)
    other_purpose = Signer(SECRET, "button", None).sign(conversation)
    altered = victim.token[:-2] + ("AA" if victim.token[-2:] != "AA" else "BB")
    for token in (forged, foreign, other_purpose, altered, "", "x" * 5000):
        assert await bearing(desk, token) == 401
    assert desk.world.audited().count("identity:token_refused") == 6


async def test_an_expired_token_is_refused(desk: Desk) -> None:
    session = await desk.session()
    expired = Signer(SECRET, "conversation", timedelta(hours=12), _Yesterday()).sign({"cid": session.id, "epoch": 0})
    response = await desk.http.get("/api/messages", headers={"Authorization": f"Bearer {expired}"})
    assert (response.status, (await response.json())["code"]) == (401, "token_expired")


class _Yesterday:
    def now(self) -> datetime:
        return SystemClock().now() - timedelta(days=1)


async def test_the_token_from_before_the_sign_in_is_void(desk: Desk) -> None:
    """Session fixation: whoever planted the anonymous token gets nothing."""
    session = await desk.session()
    planted = session.token
    spy = await session.socket(after=1)
    status, body = await session.post("/api/sign-in", email=ANNA.email, password="correct horse")
    assert status == 200 and body["identity"]["signed_in"] and body["token"] != planted
    assert [line["text"] for line in body["messages"]] == ["You are signed in."]
    assert await spy.receive_json(timeout=2) == {"type": "moved"}
    assert (await spy.receive(timeout=2)).type in (WSMsgType.CLOSE, WSMsgType.CLOSED)
    assert await bearing(desk, planted) == 401
    assert await bearing(desk, body["token"]) == 200


async def test_signing_out_voids_the_token_and_starts_an_empty_conversation(desk: Desk) -> None:
    session = await desk.session()
    _, body = await session.post("/api/sign-in", email=ANNA.email, password="correct horse")
    session.token = body["token"]
    _, out = await session.post("/api/sign-out")
    assert out["fresh"] is True and not out["identity"]["signed_in"]
    assert desk.gateway.tokens.read(out["token"])[0] != session.id
    assert [line["seq"] for line in out["messages"]] == [1]
    assert await bearing(desk, session.token) == 401


async def test_a_second_account_cannot_take_over_a_conversation(desk: Desk) -> None:
    session = await desk.session()
    _, body = await session.post("/api/sign-in", email=ANNA.email, password="correct horse")
    session.token = body["token"]
    status, body = await session.post("/api/sign-in", email="ben@example.com", password="battery staple")
    assert status == 400
    assert await bearing(desk, session.token) == 401


async def test_a_stale_token_cannot_finish_a_turn_that_was_waiting(desk: Desk) -> None:
    session = await desk.session()
    room = desk.gateway.rooms.of(session.id)
    async with room.turn:
        socket = await session.socket(after=1)
        await socket.send_json({"type": "say", "client_id": "c1", "text": "read me my details"})
        desk.world.services().identity.sign_in(session.id, ANNA.email, "correct horse")
    error, _ = await until(socket, "error")
    assert error["code"] == "token_invalid"


async def test_a_forged_button_is_refused_and_audited(desk: Desk) -> None:
    session = await desk.session()
    forged = Buttons("another-secret-of-thirty-two-characters!").seal(session.id, Button("Yes", "/affirm"))
    for token in (forged, "/affirm", session.token):
        status, _ = await session.post("/api/messages", client_id="c9", button=token)
        assert status == 400
    assert desk.world.audited().count("identity:token_refused") == 3
    assert all(text == "/greet" for _, _, text, _ in desk.world.bot.turns)


async def test_a_button_of_another_conversation_is_refused(desk: Desk) -> None:
    mine, theirs = await desk.session(), await desk.session()
    token = theirs.opened["messages"][0]["buttons"][0]["token"]
    status, _ = await mine.post("/api/messages", client_id="c9", button=token)
    assert status == 400


async def test_who_speaks_comes_from_the_token_whatever_the_body_says(desk: Desk) -> None:
    victim, attacker = await desk.session(), await desk.session()
    lies = {"sender": victim.id, "conversation_id": victim.id, "metadata": {"cid": victim.id}, "trusted": True}
    await attacker.post("/api/messages", client_id="c1", text="hello", **lies)
    assert desk.world.bot.turns[-1][0] == attacker.id
    assert desk.world.bot.turns[-1][3] is False
    assert len(await victim.history()) == 1


async def test_a_typed_payload_is_never_trusted(desk: Desk) -> None:
    session = await desk.session()
    await session.say(' /set_setting{"user_id": "victim"}')
    assert desk.world.bot.turns[-1][3] is False


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://127.0.0.1:9999", "https://outsource.com.evil"]
)
async def test_pages_of_other_origins_are_refused(desk: Desk, origin: str) -> None:
    response = await desk.http.post("/api/session", json={}, headers={"Origin": origin})
    assert response.status == 403
    assert "Access-Control-Allow-Origin" not in response.headers
    preflight = await desk.http.options("/api/session", headers={"Origin": origin})
    assert preflight.status == 403
    with pytest.raises(WSServerHandshakeError):
        await connect(desk, Origin=origin)


async def test_a_socket_without_an_origin_is_refused(desk: Desk) -> None:
    with pytest.raises(WSServerHandshakeError):
        await desk.http.ws_connect("/api/socket")


async def test_named_origins_may_use_the_api() -> None:
    desk = await start(configuration(allowed_origins="https://www.outsource.example"))
    headers = {"Origin": "https://www.outsource.example"}
    preflight = await desk.http.options("/api/session", headers=headers)
    assert preflight.status == 204
    response = await desk.http.post("/api/session", json={}, headers=headers)
    assert response.headers["Access-Control-Allow-Origin"] == "https://www.outsource.example"
    assert "https://www.outsource.example" in response.headers["Content-Security-Policy"]
    assert "Access-Control-Allow-Credentials" not in response.headers
    await desk.http.close()


async def test_passwords_are_limited_and_a_wrong_one_says_nothing(desk: Desk) -> None:
    session = await desk.session()
    known = await session.post("/api/sign-in", email=ANNA.email, password="wrong")
    unknown = await session.post("/api/sign-in", email="nobody@example.com", password="wrong")
    assert known == unknown and known[0] == 401
    statuses = [(await session.post("/api/sign-in", email=ANNA.email, password="wrong"))[0] for _ in range(12)]
    assert statuses[-1] == 429


async def test_codes_cannot_be_guessed(desk: Desk) -> None:
    session = await desk.session()
    assert await session.post("/api/code", email="nobody@example.com") == (200, {"sent": True})
    assert await session.post("/api/code", email=ANNA.email) == (200, {"sent": True})
    right = desk.world.mailed_code()
    wrong = "000000" if right != "000000" else "111111"
    answers = [await session.post("/api/code/prove", digits=wrong) for _ in range(6)]
    assert [body.get("tries_left") for _, body in answers] == [4, 3, 2, 1, 0, 0]
    assert (await session.post("/api/code/prove", digits=right))[0] == 400


async def test_a_code_of_another_conversation_is_refused(desk: Desk) -> None:
    mine, theirs = await desk.session(), await desk.session()
    await mine.post("/api/code", email=ANNA.email)
    status, _ = await theirs.post("/api/code/prove", digits=desk.world.mailed_code())
    assert status == 400


def test_a_conversation_token_needs_both_parts() -> None:
    with pytest.raises(TokenInvalid):
        ConversationTokens(SECRET).read(Signer(SECRET, "conversation", None).sign({"cid": 5}))
