"""The page where a copy is taken."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.audit import AuditTag
from bot.domain.erasure import Export
from bot.security.tokens import Signer
from tests.gateway.desk import SECRET, Desk, configuration, start
from tests.storage.examples import request as a_request


def plant(desk: Desk) -> str:
    """A copy that waits; its address."""
    now = desk.world.clock.now()
    with desk.world.transactions() as uow:
        uow.requests.add(a_request(account_id=None, conversation_id=None))
        uow.exports.add(Export("e1", "r1", now, now + timedelta(days=3), b"PK a zip"))
        uow.commit()
    return link("e1")


def link(export_id: str) -> str:
    return "/exports/" + Signer(SECRET, "export", timedelta(days=3)).sign({"export": export_id})


async def test_looking_takes_nothing_and_the_button_takes_it_once(desk: Desk) -> None:
    address = plant(desk)
    for _ in range(2):
        shown = await desk.http.get(address)
        text = await shown.text()
        assert shown.status == 200 and "Download my copy" in text and "5 March 2026" in text
        assert "<script" not in text and 'lang="en"' in text and text.count("<h1>") == 1
    taken = await desk.http.post(address)
    assert await taken.read() == b"PK a zip"
    assert taken.headers["Content-Disposition"] == 'attachment; filename="my-data-2026-03-02.zip"'
    assert taken.headers["Cache-Control"] == "no-store" and taken.content_type == "application/zip"
    for again in (await desk.http.get(address), await desk.http.post(address)):
        assert again.status == 410 and "already taken" in await again.text()
    tags = [entry.tag for _, entry, _ in desk.world.transactions.data.audit]
    assert tags.count(AuditTag.EXPORT_TAKEN) == 1


async def test_a_copy_that_is_too_old_says_how_to_get_another(desk: Desk) -> None:
    address = plant(desk)
    desk.world.clock.advance(timedelta(days=3))
    for response in (await desk.http.get(address), await desk.http.post(address)):
        assert response.status == 410 and "too old" in await response.text()


@pytest.mark.parametrize("address", ["/exports/rubbish", link("no-such"), link("e1")[:-3] + "abc"])
async def test_links_that_lead_nowhere(desk: Desk, address: str) -> None:
    plant(desk)
    for response in (await desk.http.get(address), await desk.http.post(address)):
        assert response.status == 410 and "There is no copy here" in await response.text()


async def test_a_link_for_something_else_opens_no_copy(desk: Desk) -> None:
    plant(desk)
    other = "/exports/" + Signer(SECRET, "request", None).sign({"export": "e1"})
    assert (await desk.http.post(other)).status == 410
    assert (await desk.http.post("/exports/" + "x" * 5000)).status == 404


async def test_whoever_was_erased_is_told_kindly(desk: Desk) -> None:
    """Their next message opens nothing; the widget starts a new conversation."""
    session = await desk.session()
    assert (await session.say("hello"))[0] == 200
    with desk.world.transactions() as uow:
        (chat,) = desk.world.transactions.data.conversations
        del uow._data.conversations[chat], uow._data.messages[chat]  # type: ignore[attr-defined]
        uow.commit()
    status, body = await session.say("still there?")
    assert status == 401 and "start again" in body["error"]


async def test_the_configuration_decides_how_long(desk: Desk) -> None:
    longer = await start(configuration(export_link_days=14))
    assert longer.gateway.services.casework.copying.lifetime == timedelta(days=14)
    await longer.http.close()
