"""Frames and bodies that make no sense, and too many of them."""

from __future__ import annotations

import pytest
from aiohttp import WSMsgType

from tests.gateway.desk import Desk, connect, until


@pytest.mark.parametrize(
    "hello", ["", "{}", "[]", '{"type":"hello"}', '{"type":"hello","token":5}', "\u0000", "x" * 999]
)
async def test_a_socket_that_does_not_say_hello_is_closed(desk: Desk, hello: str) -> None:
    socket = await connect(desk)
    await socket.send_str(hello)
    assert (await socket.receive(timeout=2)).type is WSMsgType.CLOSE
    assert socket.close_code == 1008


async def test_a_socket_with_a_bad_token_is_told_and_closed(desk: Desk) -> None:
    socket = await connect(desk)
    await socket.send_json({"type": "hello", "token": "rubbish"})
    assert (await socket.receive_json())["code"] == "token_invalid"
    await socket.receive(timeout=2)
    assert socket.close_code == 4401
    assert "identity:token_refused" in desk.world.audited()


async def test_a_busy_database_at_the_hello_is_a_sentence_and_a_close(desk: Desk) -> None:
    session = await desk.session()
    desk.world.transactions.lock_wait = 0.01
    with desk.world.transactions.lock:
        socket = await connect(desk)
        await socket.send_json({"type": "hello", "token": session.token})
        assert (await socket.receive_json(timeout=2))["code"] == "busy"
        await socket.receive(timeout=2)
        assert socket.close_code == 1013


async def test_malformed_frames_get_an_error_and_then_the_door(desk: Desk) -> None:
    socket = await (await desk.session()).socket(after=1)
    await socket.send_bytes(b"\xff\xfe\x00")
    for frame in ("not json", "[1]", '{"type":"sudo"}', "[" * 50_000):
        await socket.send_str(frame)
    errors = [await socket.receive_json(timeout=2) for _ in range(5)]
    assert {error["type"] for error in errors} == {"error"}
    await socket.receive(timeout=2)
    assert socket.close_code == 1008


async def test_frames_with_wrong_parts_get_an_error_that_names_the_message(desk: Desk) -> None:
    socket = await (await desk.session()).socket(after=1)
    for part in ({"client_id": "c1"}, {"client_id": "c1", "text": 5}, {"client_id": "x" * 99, "text": "hi"}):
        await socket.send_json({"type": "say", **part})
        error, _ = await until(socket, "error")
        assert error["client_id"] == part["client_id"] and error["code"] == "invalid_input"


@pytest.mark.parametrize(
    "body", [b"{", b"[]", b"\xff\xfe", b'"text"', b"[" * 60_000], ids=["cut", "list", "binary", "text", "deep"]
)
async def test_malformed_bodies_are_bad_requests(desk: Desk, body: bytes) -> None:
    session = await desk.session()
    response = await desk.http.post("/api/messages", data=body, headers=session.headers)
    assert response.status == 400


async def test_an_oversized_body_is_refused(desk: Desk) -> None:
    session = await desk.session()
    response = await desk.http.post("/api/messages", data=b"x" * 300_000, headers=session.headers)
    assert response.status == 413


async def test_messages_are_limited_per_conversation(desk: Desk) -> None:
    session = await desk.session()
    statuses = [(await session.say("", f"c{n}"))[0] for n in range(45)]
    assert statuses[0] == 400 and statuses[-1] == 429
    response = await desk.http.post("/api/messages", json={"client_id": "x", "text": "y"}, headers=session.headers)
    assert int(response.headers["Retry-After"]) > 0
