"""Talking to the assistant, over HTTP and over a socket."""

from __future__ import annotations

import asyncio

import pytest

from bot.domain.messages import Button, Reply
from tests.gateway.desk import Desk, connect, until


async def test_a_new_conversation_is_greeted(desk: Desk) -> None:
    session = await desk.session()
    assert [message["from"] for message in session.opened["messages"]] == ["bot"]
    assert session.opened["identity"] == {"signed_in": False, "email": None}
    assert session.opened["limits"] == {"text": 4000}


async def test_coming_back_brings_the_transcript_and_no_second_greeting(desk: Desk) -> None:
    session = await desk.session()
    await session.say("hello")
    response = await desk.http.post("/api/session", headers=session.headers)
    body = await response.json()
    assert desk.gateway.tokens.read(body["token"])[0] == session.id
    assert [message["seq"] for message in body["messages"]] == [1, 2, 3]


async def test_a_message_over_http_is_stored_and_answered(desk: Desk) -> None:
    session = await desk.session()
    status, body = await session.say("do you sell my phone number?")
    assert status == 200
    mine, answer = body["messages"]
    assert (mine["from"], mine["text"], mine["client_id"]) == ("person", "do you sell my phone number?", "c1")
    assert mine["delivery"] == "answered"
    assert (answer["from"], answer["text"]) == ("bot", "You said: do you sell my phone number?")
    assert await session.history(after=1) == body["messages"]


async def test_the_same_client_id_is_answered_once(desk: Desk) -> None:
    session = await desk.session()
    first = await session.say("hello")
    assert await session.say("hello") == first
    assert sum(text == "hello" for _, _, text, _ in desk.world.bot.turns) == 1


async def test_a_message_over_the_socket_reaches_every_tab(desk: Desk) -> None:
    session = await desk.session()
    one, two = await session.socket(after=1), await session.socket(after=1)
    await one.send_json({"type": "say", "client_id": "c1", "text": "hello"})
    done, frames = await until(one, "done")
    assert done == {"type": "done", "client_id": "c1", "failed": False}
    shown = [frame["message"]["text"] for frame in frames if frame["type"] == "message"]
    assert shown == ["hello", "You said: hello"]
    assert [frame["on"] for frame in frames if frame["type"] == "typing"] == [True, False]
    for text in shown:
        frame, _ = await until(two, "message")
        assert frame["message"]["text"] == text


async def test_missed_messages_are_replayed_by_number(desk: Desk) -> None:
    session = await desk.session()
    await session.say("while you were away")
    socket = await connect(desk)
    await socket.send_json({"type": "hello", "token": session.token, "after": 1})
    ready = await socket.receive_json()
    assert [message["seq"] for message in ready["messages"]] == [2, 3]


async def test_turns_of_one_conversation_are_answered_in_order(desk: Desk) -> None:
    session = await desk.session()
    running, most = 0, 0
    send = desk.world.bot.send

    async def slow(*args: object, **options: object) -> object:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.02)
        running -= 1
        return await send(*args, **options)  # type: ignore[arg-type]

    desk.world.bot.send = slow  # type: ignore[method-assign, assignment]
    await asyncio.gather(*(session.say(f"number {n}", f"c{n}") for n in range(5)))
    assert most == 1
    assert [line["from"] for line in await session.history(after=1)] == ["person", "bot"] * 5


async def test_a_button_travels_signed_and_comes_back_as_its_payload(desk: Desk) -> None:
    desk.world.bot.replies["settings"] = (Reply("Which?", (Button("Newsletter off", '/opt_out{"setting": "news"}'),)),)
    session = await desk.session()
    _, body = await session.say("settings")
    [button] = body["messages"][-1]["buttons"]
    assert set(button) == {"title", "token"}
    status, body = await session.post("/api/messages", client_id="c2", button=button["token"])
    assert status == 200
    assert body["messages"][0]["text"] == "Newsletter off"
    assert desk.world.bot.turns[-1][2:] == ('/opt_out{"setting": "news"}', True)


async def test_when_rasa_is_down_the_message_is_kept_and_a_retry_works(desk: Desk) -> None:
    session = await desk.session()
    desk.world.bot.down = True
    status, body = await session.say("delete my account")
    assert (status, body["failed"]) == (200, True)
    assert [(line["text"], line["delivery"]) for line in body["messages"]] == [("delete my account", "failed")]
    desk.world.bot.down = False
    status, body = await session.say("delete my account")
    assert (status, body["failed"]) == (200, False)
    assert [line["seq"] for line in body["messages"]] == [2, 3]


async def test_a_conversation_opens_even_while_rasa_is_down(desk: Desk) -> None:
    desk.world.bot.down = True
    session = await desk.session()
    assert session.opened["messages"] == []


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("", 400),
        (" \n\t\n ", 400),
        ("\x00\x01\x02\x1b[2J", 200),
        ("\x00\x01\x02", 400),
        ("\U0001f984" * 30, 200),
        ("a\n" * 1500, 200),
        ("\n" * 3000, 400),
        ("x" * 4000, 200),
        ("x" * 4001, 400),
        ("x" * 20_000, 400),
        ("\u202eevil\u0000\ud800", 200),
    ],
    ids=lambda value: str(value) if isinstance(value, int) else repr(value[:8]),
)
async def test_odd_messages_get_an_answer_or_a_sentence(desk: Desk, text: str, status: int) -> None:
    session = await desk.session()
    got, body = await session.say(text)
    assert got == status
    assert status == 200 or body["error"].endswith(".")


async def test_signing_out_in_the_chat_ends_this_conversation_and_opens_an_empty_one(desk: Desk) -> None:
    session = await desk.session()
    _, body = await session.post("/api/sign-in", email="anna@example.com", password="correct horse")
    session.token = body["token"]
    acting, other = await session.socket(after=9), await session.socket(after=9)
    identity, send = desk.gateway.services.identity, desk.world.bot.send

    async def sign_out(*args: object, **options: object) -> object:
        await asyncio.to_thread(identity.sign_out, session.id)
        return await send(*args, **options)  # type: ignore[arg-type]

    desk.world.bot.send = sign_out  # type: ignore[method-assign, assignment]
    await acting.send_json({"type": "say", "client_id": "c1", "text": "sign me out"})
    moved, before = await until(acting, "session")
    assert moved["fresh"] is True and moved["identity"] == {"signed_in": False, "email": None}
    assert desk.gateway.tokens.read(moved["token"])[0] != session.id
    assert not [frame for frame in before if frame["type"] == "message"]
    assert (await until(other, "moved"))[0] == {"type": "moved"}


async def test_an_identity_change_over_http_brings_the_new_token(desk: Desk) -> None:
    session = await desk.session()
    await session.post("/api/code", email="anna@example.com")
    _, body = await session.say(desk.world.mailed_code())
    assert body["session"]["fresh"] is False and body["session"]["identity"]["signed_in"]
    session.token = body["session"]["token"]
    assert (await session.say("hello", "c2"))[0] == 200


async def test_a_code_typed_into_the_chat_is_masked_and_never_reaches_rasa(desk: Desk) -> None:
    session = await desk.session()
    await session.post("/api/code", email="anna@example.com")
    code = desk.world.mailed_code()
    socket = await session.socket(after=1)
    await socket.send_json({"type": "say", "client_id": "c1", "text": f"my code is {code}"})
    moved, _ = await until(socket, "session")
    assert moved["identity"] == {"signed_in": True, "email": "a•••@example.com"}
    _, frames = await until(socket, "done")
    assert frames[0]["message"]["text"] == "my code is ••••••"
    assert all(code not in text for _, _, text, _ in desk.world.bot.turns)
    await socket.send_json({"type": "say", "client_id": "c2", "text": "and now?"})
    assert (await until(socket, "done"))[0]["failed"] is False
