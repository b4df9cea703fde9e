"""The console as a browser without scripts sees it, and what the visitor sees of it."""

from __future__ import annotations

import asyncio
import html
import os
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from redis import Redis
from redis.exceptions import RedisError

from bot.domain.staff import IDLE_AFTER, Role
from tests.gateway.console import PASSWORD, browse, code, enrol, sign_in
from tests.gateway.desk import ANNA, Desk, Session, configuration, start, until

SCRIPT = "<script>alert(1)</script>"
REDIS = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/9")


async def test_joining_and_signing_in(desk: Desk) -> None:
    token = desk.gateway.services.console.staff.add("ada@desk.example", "Ada Lovelace", Role.AGENT)
    browser = await browse(desk)
    page = await (await browser.get(f"/console/join/{token}")).text()
    assert "<svg" in page and "JBSWY3DPEHPK3PXP" in page and "style=" not in page
    refused = await browser.post(f"/console/join/{token}", password="short", code=code(desk))
    assert refused.status == 400 and "12 characters" in await refused.text()
    joined = await browser.post(f"/console/join/{token}", password=PASSWORD, code=code(desk))
    assert (await joined.text()).count("<code>AAAAA-") == 10
    assert (await browser.get(f"/console/join/{token}")).status == 410
    await browser.get("/console/sign-in")
    done = await browser.post("/console/sign-in", email="ADA@desk.example", password=PASSWORD, code=code(desk))
    assert done.status == 303 and done.headers["Location"] == "/console"


async def test_the_cookie_is_kept_from_scripts_and_other_sites(desk: Desk) -> None:
    email, browser = enrol(desk, Role.AGENT, "Ada"), await browse(desk)
    response = await browser.post("/console/sign-in", email=email, password=PASSWORD, code=code(desk))
    (cookie,) = (c for c in response.headers.getall("Set-Cookie") if c.startswith("desk_staff"))
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Path=/console" in cookie and "Secure" not in cookie
    strict = await start(configuration(environment="production", public_url="https://desk.example"))
    email, browser = enrol(strict, Role.AGENT, "Ada"), await browse(strict)
    response = await browser.post("/console/sign-in", email=email, password=PASSWORD, code=code(strict))
    assert "Secure" in response.headers.getall("Set-Cookie")[-1]
    await strict.http.close()


async def test_whatever_was_wrong_the_answer_is_the_same(desk: Desk) -> None:
    email, browser = enrol(desk, Role.AGENT, "Ada"), await browse(desk)
    pages = set()
    for given in (
        (email, "wrong", code(desk)),
        (email, PASSWORD, "000000"),
        ("nobody@desk.example", PASSWORD, "000000"),
    ):
        response = await browser.post("/console/sign-in", email=given[0], password=given[1], code=given[2])
        assert response.status == 401
        pages.add(re.sub(r'value="[^"]*"', "", await response.text()))
    assert len(pages) == 1


@pytest.mark.parametrize(
    "wanted", ["//evil.example", "https://evil.example", "/console/\\evil", "/policy", "/console/\n"]
)
async def test_signing_in_leads_nowhere_else(desk: Desk, wanted: str) -> None:
    email, browser = enrol(desk, Role.AGENT, "Ada"), await browse(desk)
    fields = {"email": email, "password": PASSWORD, "code": code(desk), "wanted": wanted}
    response = await browser.post("/console/sign-in", **fields)
    assert response.headers["Location"] == "/console"


async def test_a_session_that_ends_in_the_middle_of_a_form_loses_nothing(desk: Desk) -> None:
    browser, session = await sign_in(desk), await desk.session()
    where = f"/console/conversations/{session.id}"
    await browser.post(f"{where}/take")
    desk.world.clock.advance(IDLE_AFTER)
    typed = f'A long reply, "quoted", with {SCRIPT} and\ntwo lines.'
    refused = await browser.post(f"{where}/reply", text=typed, reply_id="r1")
    page = await refused.text()
    assert refused.status == 401 and "nothing is lost" in page
    carried = html.unescape(re.search(r'name="carried" value="([^"]*)"', page)[1])  # type: ignore[index]
    fields = {"email": "ada@desk.example", "password": PASSWORD, "code": code(desk), "carried": carried}
    offered = await (await browser.post("/console/sign-in", **fields)).text()
    assert html.escape(typed, quote=False).splitlines()[1] in offered and SCRIPT not in offered
    text = html.unescape(re.search(r'<textarea name="text" rows="5">(.*?)</textarea>', offered, re.DOTALL)[1])  # type: ignore[index]
    assert text == typed
    assert len(desk.world.transactions.data.messages[session.id]) == 2, "nothing was sent by itself"
    assert (await browser.post(f"{where}/reply", text=text, reply_id="r1")).status == 303
    assert desk.world.transactions.data.messages[session.id][-1].text == typed


async def test_a_name_with_html_in_it_is_only_a_name(desk: Desk) -> None:
    with desk.world.transactions() as uow:
        uow.accounts.save(replace(ANNA, full_name=SCRIPT))
        uow.commit()
    browser, session = await sign_in(desk), await desk.session()
    await session.post("/api/sign-in", email=ANNA.email, password="correct horse")
    pages = [f"/console/people/{ANNA.id}", "/console/inbox", f"/console/conversations/{session.id}"]
    for path in pages:
        text = await (await browser.get(path)).text()
        assert SCRIPT not in text and html.escape(SCRIPT) in text, path
    found = await (await browser.post("/console/lookup", q="script")).text()
    assert SCRIPT not in found


async def test_every_view_of_a_person_is_a_row_that_names_who_looked(desk: Desk) -> None:
    browser, session = await sign_in(desk), await desk.session()
    await session.post("/api/sign-in", email=ANNA.email, password="correct horse")
    with desk.world.transactions() as uow:
        ada = uow.staff.by_email("ada@desk.example")
    assert ada is not None
    for path, tag in (
        (f"/console/people/{ANNA.id}", "console:view_person"),
        (f"/console/conversations/{session.id}", "console:view_conversation"),
        ("/console/inbox", "console:view_list"),
        ("/console/requests", "console:view_list"),
        ("/console/quality", "console:view_list"),
    ):
        before = len(desk.world.audited())
        assert (await browser.get(path)).status == 200
        rows = desk.world.transactions.data.audit[before:]
        assert [(entry.tag.value, entry.actor) for _, entry, _ in rows] == [(tag, ada.id)], path


async def test_taking_over_answering_and_handing_back_as_the_visitor_sees_it(desk: Desk) -> None:
    browser, session = await sign_in(desk), await desk.session()
    socket, where = await session.socket(), f"/console/conversations/{session.id}"
    assert (await browser.post(f"{where}/take")).status == 303
    joined, _ = await until(socket, "message")
    assert joined["message"]["from"] == "staff" and joined["message"]["card"] == {"type": "joined", "name": "Ada"}
    turns = len(desk.world.bot.turns)
    status, answer = await session.say("are you there?")
    assert status == 200 and not answer["failed"] and len(desk.world.bot.turns) == turns
    await until(socket, "message")
    await browser.post(f"{where}/reply", text="Yes, I am.", reply_id="r1")
    await browser.post(f"{where}/reply", text="Yes, I am.", reply_id="r1")
    said, _ = await until(socket, "message")
    assert (said["message"]["text"], said["message"]["card"]["name"]) == ("Yes, I am.", "Ada")
    seen = await (await browser.get(f"{where}/messages?after=2")).text()
    assert "are you there?" in seen and "Yes, I am." in seen
    await browser.post(f"{where}/give-back")
    left, _ = await until(socket, "message")
    while left["message"]["card"]["type"] != "left":
        left, _ = await until(socket, "message")
    _, answer = await session.say("thanks", "c2")
    assert answer["messages"][-1]["from"] == "bot"


async def test_a_colleague_is_told_who_was_quicker(desk: Desk) -> None:
    ada, session = await sign_in(desk), await desk.session()
    ben = await sign_in(desk, Role.AGENT, "Ben")
    where = f"/console/conversations/{session.id}"
    done = await asyncio.gather(ada.post(f"{where}/take"), ben.post(f"{where}/take"))
    assert sorted(response.status for response in done) == [303, 409]
    loser = next(response for response in done if response.status == 409)
    assert "has already taken this conversation over" in await loser.text()


async def test_words_of_a_transcript_lead_to_the_line(desk: Desk) -> None:
    ada, session = await sign_in(desk), await desk.session()
    await session.say("My <i>parrot</i> wants its data.")
    page = await (await ada.post("/console/inbox", q="PARRO data")).text()
    line = re.search(r'href="(/console/conversations/[^"]+)#m(\d+)"', page)
    assert line and "&lt;i&gt;parrot" in page and "<i>" not in page
    opened = await (await ada.get(html.unescape(line[1]))).text()
    assert f'id="m{line[2]}"' in opened
    rows = [entry for _, entry, _ in desk.world.transactions.data.audit if entry.details.get("show") == "words"]
    assert len(rows) == 1 and "parro" not in str(rows).lower()
    assert "parrot" not in await (await ada.post("/console/inbox", q="arrot")).text()


async def test_a_line_far_back_is_shown_with_what_came_around_it(desk: Desk) -> None:
    ada, session = await sign_in(desk), await desk.session()
    conversation = desk.gateway.services.identity.get(session.id, 0)
    for number in range(450):
        desk.gateway.services.turns.hear(conversation, f"m{number}", f"line {number}")
    where = f"/console/conversations/{session.id}"
    assert "line 100<" not in await (await ada.get(where)).text()
    opened = await (await ada.get(f"{where}?around=102")).text()
    assert "line 100<" in opened and "line 400<" not in opened


async def test_each_message_says_how_the_person_was_known_when_it_was_sent(desk: Desk) -> None:
    ada, session = await sign_in(desk), await desk.session()
    await session.say("who am I?")
    await session.post("/api/sign-in", email="anna@example.com", password="correct horse")
    conversation = desk.world.transactions.data.conversations[session.id]
    desk.gateway.services.turns.hear(conversation, "c2", "and now?")
    page = await (await ada.get(f"/console/conversations/{session.id}/messages?after=0")).text()
    first, second = (page.split(words)[0].rsplit("<li", 1)[1] for words in ("who am I?", "and now?"))
    assert "Not verified" in first and "Verified: password" in second


async def test_the_assistant_shows_a_person_once_and_then_a_link(desk: Desk) -> None:
    ada = await sign_in(desk)
    await ada.get("/console/assistant")
    answer = await (await ada.post("/console/assistant", q="what does anna@example.com share?", ask_id="a1")).text()
    assert "Shares nothing that can be switched off." in answer or "Shares: " in answer
    assert ANNA.full_name in answer
    later = await (await ada.get("/console/assistant")).text()
    assert ANNA.full_name not in later and ANNA.email not in later
    assert f'href="/console/people/{ANNA.id}"' in later


async def test_mail_pages_ask_before_anything_is_thrown_away(desk: Desk) -> None:
    now = desk.world.clock.now()
    with desk.world.transactions() as uow:
        uow.mail_inbox.put("k1", "test", b"From: eve@example.com\n\n<script>hello</script>", None, (), now, dead="odd")
        uow.suppressions.add("gone@example.com", "5.1.1", now)
        uow.commit()
    eva = await sign_in(desk, Role.SUPERVISOR, "Eva")
    assert "Mail 1" in await (await eva.get("/console/mail?show=dead")).text()
    opened = await (await eva.get("/console/mail/1")).text()
    assert "&lt;script&gt;" in opened and "<script>hello" not in opened and "eve@example.com" in opened
    asked = await eva.post("/console/mail/1/discard")
    assert asked.status == 200 and "deleted for good" in await asked.text()
    assert desk.world.transactions.data.mails[0].mail.raw
    assert (await eva.post("/console/mail/1/discard", sure="yes")).status == 303
    assert desk.world.transactions.data.mails[0].mail.raw == b""
    assert (await eva.post("/console/mail/1/discard", sure="yes")).status == 400
    assert "gone@example.com" in await (await eva.get("/console/blocked")).text()
    asked = await eva.post("/console/blocked/remove", address="gone@example.com")
    assert desk.world.transactions.data.suppressed and 'value="gone@example.com"' in await asked.text()
    await eva.post("/console/blocked/remove", address="gone@example.com", sure="yes")
    assert not desk.world.transactions.data.suppressed
    assert desk.world.audited()[-1] == "mail:allow_address"


async def test_an_open_page_hears_of_messages_and_colleagues(desk: Desk) -> None:
    ada, session = await sign_in(desk), await desk.session()
    ben = await sign_in(desk, Role.AGENT, "Ben")
    where = f"/console/conversations/{session.id}/events"
    first = await ada.get(where)
    second = await ben.get(where)
    await heard(first, b'["Ben"]')
    await session.say("hello")
    await heard(first, b"event: message")
    await heard(second, b'["Ada"]')
    second.close()
    await heard(first, b"event: presence\ndata: []")
    first.close()


async def test_an_open_page_hears_of_mail_that_another_process_took_in(desk: Desk) -> None:
    ada, session = await sign_in(desk), await desk.session()
    first = await ada.get(f"/console/conversations/{session.id}/events")
    second = await ada.get("/console/inbox/events")
    await heard(first, b"presence")
    desk.world.clock.advance(timedelta(seconds=5))
    conversation = desk.gateway.services.identity.get(session.id, 0)
    desk.gateway.services.turns.hear(conversation, "m1", "by mail")
    await heard(first, b"event: message")
    await heard(second, b"event: message")
    first.close()
    second.close()


async def test_an_open_page_alone_keeps_no_session_alive(desk: Desk) -> None:
    ada, session = await sign_in(desk), await desk.session()
    for _ in range(4):
        desk.world.clock.advance(IDLE_AFTER / 4)
        status = (await ada.get(f"/console/conversations/{session.id}/messages")).status
    assert status == 401


async def heard(response: object, wanted: bytes) -> None:
    """Reads the stream until something comes."""
    content, got = response.content, b""  # type: ignore[attr-defined]
    while wanted not in got:
        got += await asyncio.wait_for(content.readany(), 5)


@pytest.fixture
async def replicas() -> AsyncIterator[tuple[Desk, Desk]]:
    """Two gateways on one memory, with Redis between them."""
    try:
        Redis.from_url(REDIS, socket_connect_timeout=1).ping()
    except RedisError:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip("no Redis (TEST_REDIS_URL)")
    config = configuration(redis_url=REDIS)
    one = await start(config)
    other = await start(config, replace(one.world))
    await asyncio.sleep(0.3)
    yield one, other
    await one.http.close()
    await other.http.close()


async def test_across_replicas_the_visitor_hears_the_agent_and_the_agents_see_each_other(
    replicas: tuple[Desk, Desk],
) -> None:
    here, there = replicas
    session = await here.session()
    socket = await session.socket()
    ada = await sign_in(there)
    where = f"/console/conversations/{session.id}"
    page = await ada.get(f"{where}/events")
    await ada.post(f"{where}/take")
    joined, _ = await until(socket, "message")
    assert joined["message"]["card"]["type"] == "joined"
    await session.say("hello?")
    await heard(page, b"event: message")
    enrol(here, Role.AGENT, "Ben")
    ben = await browse(here)
    await ben.post("/console/sign-in", email="ben@desk.example", password=PASSWORD, code=code(here))
    other = await ben.get(f"{where}/events")
    await heard(page, b'["Ben"]')
    page.close()
    other.close()


async def test_across_replicas_every_tab_of_a_conversation_sees_every_message(replicas: tuple[Desk, Desk]) -> None:
    here, there = replicas
    session = await here.session()
    elsewhere = Session(there, session.opened)
    tab, other = await session.socket(after=9), await elsewhere.socket(after=9)
    await elsewhere.say("from the other gateway")
    for socket in (tab, other):
        frames = [(await until(socket, "message"))[0]["message"] for _ in range(2)]
        assert [frame["text"] for frame in frames] == ["from the other gateway", "You said: from the other gateway"]


async def test_lists_go_on_where_the_last_page_ended(desk: Desk) -> None:
    browser = await sign_in(desk)
    for number in range(120):
        desk.world.clock.advance(timedelta(seconds=1))
        desk.gateway.services.identity.open(f"web{number}")
    await browser.get("/console/")
    seen: list[str] = []
    path: str | None = "/console/inbox"
    while path:
        text = await (await browser.get(path)).text()
        seen += re.findall(r'data-conversation="([^"]+)"', text)
        onward = re.search(r'rel="next" href="([^"]+)"', text)
        path = html.unescape(onward[1]) if onward else None
    assert len(seen) == len(set(seen)) == 120
