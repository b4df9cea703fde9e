"""Global Privacy Control: heard once, on whatever request comes, and never against what the person decided later."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.domain.requests import RequestState, RequestType
from bot.services.privacy_signal import GPC, SET
from tests.gateway.desk import ANNA, BEN, Desk, Session
from tests.gateway.test_host_identity import host_jwt

SIGNAL = {"Sec-GPC": "1"}


async def signed_in(desk: Desk, signal: dict[str, str], email: str = ANNA.email, words: str = "correct horse") -> Any:
    session = await desk.session()
    body = {"email": email, "password": words}
    answer = await desk.http.post("/api/sign-in", json=body, headers={**session.headers, **signal})
    assert answer.status == 200
    return await answer.json()


def sharing(desk: Desk) -> dict[str, bool]:
    with desk.world.transactions() as uow:
        return {key: on for key, on in uow.preferences.of(ANNA.id).items() if key.startswith("share_")}


def said(opened: dict[str, Any]) -> int:
    return sum(message["text"] == SET for message in opened["messages"])


async def test_a_signal_at_sign_in_turns_sharing_off_with_proof_and_receipt(desk: Desk) -> None:
    opened = await signed_in(desk, SIGNAL)
    assert said(opened) == 1
    assert sharing(desk) == {"share_users": False, "share_clients": False, "share_partners": False}
    with desk.world.transactions() as uow:
        proofs = {(consent.setting, consent.granted, consent.channel) for consent in uow.consents.of(ANNA.id)}
        (receipt,) = uow.requests.of_account(ANNA.id)
    assert proofs == {(key, False, GPC) for key in sharing(desk)}
    assert (receipt.type, receipt.state) == (RequestType.OPT_OUT, RequestState.COMPLETED)
    assert desk.world.audited().count("setting:change") == 3


async def test_it_is_heard_once_and_a_later_opt_in_stands(desk: Desk) -> None:
    await signed_in(desk, SIGNAL)
    with desk.world.transactions() as uow:
        uow.preferences.put(ANNA.id, "share_users", True, desk.world.clock.now())
        uow.commit()
    desk.world.clock.advance(timedelta(days=3))
    assert said(await signed_in(desk, SIGNAL)) == 0
    assert sharing(desk)["share_users"]


@pytest.mark.parametrize("signal", [{}, {"Sec-GPC": "0"}, {"Sec-GPC": ""}, {"Sec-GPC": "yes"}])
async def test_nothing_else_is_a_signal_and_its_absence_opts_nobody_in(desk: Desk, signal: dict[str, str]) -> None:
    await signed_in(desk, SIGNAL)
    before = sharing(desk)
    assert said(await signed_in(desk, signal)) == 0
    assert sharing(desk) == before
    await signed_in(desk, signal, BEN.email, "battery staple")
    with desk.world.transactions() as uow:
        assert uow.preferences.of(BEN.id) == {}


async def test_a_stranger_is_not_somebody(desk: Desk) -> None:
    answer = await desk.http.post("/api/session", json={}, headers=SIGNAL)
    session = Session(desk, await answer.json())
    said_something = await desk.http.post(
        "/api/messages", json={"client_id": "c", "text": "hello"}, headers={**session.headers, **SIGNAL}
    )
    assert SET not in await said_something.text()
    assert desk.world.audited() == []


async def test_whoever_the_host_page_vouches_for_is_heard(desk: Desk) -> None:
    answer = await desk.http.post("/api/session", json={"identity": host_jwt()}, headers=SIGNAL)
    assert said(await answer.json()) == 1


async def test_a_conversation_that_was_signed_in_before_is_heard_with_its_next_message(desk: Desk) -> None:
    session = Session(desk, await signed_in(desk, {}))
    body = {"client_id": "c", "text": "hello"}
    headers = {**session.headers, **SIGNAL}
    answer = await (await desk.http.post("/api/messages", json=body, headers=headers)).json()
    assert [message["text"] for message in answer["messages"]][-1] == SET
    assert not any(sharing(desk).values())
