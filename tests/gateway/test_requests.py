"""A request's page, and Meta's callback, over HTTP."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, AsyncIterator

import pytest

from bot.domain.requests import RequestState
from bot.security.tokens import Signer
from bot.services.requests.notices import STATUS_LINK_LIFETIME
from tests.fakes_world import FakeClock
from tests.gateway.desk import ANNA, SECRET, Desk, configuration, start
from tests.requests.examples import DAY, NOW, request
from tests.security.test_signed_request import FACTS, signed

CALLBACK = "/facebook/data-deletion"
FORM = re.compile(r'<form method="post" action="([^"]+)">')


@pytest.fixture
async def meta() -> AsyncIterator[Desk]:
    """A desk with a Facebook app; Anna is connected to Facebook."""
    desk = await start(configuration(facebook_app_id="app", facebook_app_secret="app-secret"))
    with desk.world.transactions() as uow:
        uow.accounts.save(replace(ANNA, facebook_user="218471"))
        uow.commit()
    yield desk
    await desk.http.close()


def add(desk: Desk, **changes: Any) -> str:
    """Stores a request; the path of its page."""
    with desk.world.transactions() as uow:
        uow.requests.add(request(**changes))
        uow.commit()
    public = desk.gateway.services.casework.public
    return f"/requests/{public.links.sign({'reference': 'REQ-00000-r1'})}"


def state(desk: Desk) -> str:
    with desk.world.transactions() as uow:
        found = uow.requests.by_id("r1")
    assert found is not None
    return found.state.value


async def test_a_page_shows_and_only_a_press_of_the_button_acts(desk: Desk) -> None:
    path = add(desk, state=RequestState.IN_REVIEW, acknowledged_at=NOW)
    for _ in range(2):
        page = await desk.http.get(path)
        text = await page.text()
        assert page.status == 200
        assert "REQ-00000-r1" in text
        assert "A colleague is looking at it." in text
        assert "1 April 2026" in text
        assert "anna" not in text
    assert state(desk) == "in_review"
    assert FORM.findall(text) == [f"{path}/revoke"]
    answer = await desk.http.post(f"{path}/revoke", allow_redirects=False)
    assert (answer.status, answer.headers["Location"]) == (303, path)
    assert state(desk) == "revoked"
    after = await (await desk.http.get(path)).text()
    assert "You took it back." in after
    assert FORM.findall(after) == []
    assert (await desk.http.post(f"{path}/revoke", allow_redirects=False)).status == 303


@pytest.mark.parametrize("action", ["", "/revoke", "/confirm"])
@pytest.mark.parametrize("kind", ["forged", "old", "gone"])
async def test_a_link_that_is_no_good_gets_a_kind_page(desk: Desk, action: str, kind: str) -> None:
    add(desk)
    old = Signer(SECRET, "request", STATUS_LINK_LIFETIME, clock=FakeClock(NOW - 3000 * DAY))
    tokens = {
        "forged": "rubbish",
        "old": old.sign({"reference": "REQ-00000-r1"}),
        "gone": desk.gateway.services.casework.public.links.sign({"reference": "REQ-00000-zz"}),
    }
    method = desk.http.post if action else desk.http.get
    answer = await method(f"/requests/{tokens[kind]}{action}")
    assert answer.status == 410
    assert "no longer good" in await answer.text()


async def test_too_late_is_said_kindly(desk: Desk) -> None:
    path = add(desk, state=RequestState.EXECUTING, acknowledged_at=NOW)
    answer = await desk.http.post(f"{path}/revoke")
    assert answer.status == 409
    assert "too late to take this back" in await answer.text()
    assert state(desk) == "executing"


async def test_a_get_never_acts(desk: Desk) -> None:
    path = add(desk)
    for action in ("/revoke", "/confirm"):
        assert (await desk.http.get(path + action)).status == 405
    assert state(desk) == "awaiting_confirmation"


async def test_what_staff_wrote_is_text_and_never_markup(desk: Desk) -> None:
    path = add(desk, state=RequestState.DENIED, reason="other", explanation="<script>alert(1)</script>")
    text = await (await desk.http.get(path)).text()
    assert "<script>" not in text
    assert "&lt;script&gt;" in text
    assert "data protection authority" in text


async def test_links_are_limited_per_address(desk: Desk) -> None:
    statuses = [(await desk.http.get("/requests/x")).status for _ in range(31)]
    assert (statuses[:30], statuses[30]) == ([410] * 30, 429)


async def test_metas_call_is_answered_as_meta_wants_it(meta: Desk) -> None:
    answer = await meta.http.post(CALLBACK, data={"signed_request": signed()})
    assert answer.status == 200
    body = await answer.json()
    assert set(body) == {"url", "confirmation_code"}
    assert body["url"] == f"{meta.world.config.public_url}{CALLBACK}/{body['confirmation_code']}"
    again = await meta.http.post(CALLBACK, data={"signed_request": signed()})
    assert await again.json() == body
    page = await meta.http.get(f"{CALLBACK}/{body['confirmation_code']}")
    text = await page.text()
    assert "It waits for your yes." in text
    assert FORM.findall(text) == []
    assert "@" not in text.replace("support@outsource.com", "")
    (mail,) = [job.item.payload for job in meta.world.transactions.data.outbox if "template" in job.item.payload]
    path = mail["values"]["link"].removeprefix(meta.world.config.public_url)
    page = await (await meta.http.get(path)).text()
    assert FORM.findall(page) == [f"{path}/confirm", f"{path}/revoke"]
    done = await meta.http.post(f"{path}/confirm")
    assert "It is on the calendar." in await done.text()


async def test_an_unknown_person_gets_the_same_shape(meta: Desk) -> None:
    answer = await meta.http.post(CALLBACK, data={"signed_request": signed({**FACTS, "user_id": "999"})})
    body = await answer.json()
    assert (answer.status, set(body)) == (200, {"url", "confirmation_code"})
    text = await (await meta.http.get(f"{CALLBACK}/{body['confirmation_code']}")).text()
    assert "We hold nothing from Facebook" in text


@pytest.mark.parametrize(
    "data",
    [
        None,
        b"",
        b"\xff\xfe",
        b"signed_request",
        b"signed_request=%ED%A0%80.%ff",
        b"&".join([b"a=1"] * 100),
        {"signed_request": "garbage"},
        {"signed_request": signed(secret="another app")},
        {"signed_request": signed({**FACTS, "issued_at": 0})},
        {"something": "else"},
    ],
)
async def test_anything_else_is_refused_in_json(meta: Desk, data: Any) -> None:
    answer = await meta.http.post(CALLBACK, data=data)
    assert answer.status == 400
    assert "signed_request cannot be used" in (await answer.json())["error"]
    assert meta.world.audited() == []


async def test_a_flood_is_refused_and_meta_is_not(meta: Desk) -> None:
    assert (await meta.http.post(CALLBACK, data=b"x" * 300_000)).status == 413
    statuses = [(await meta.http.post(CALLBACK, data={"signed_request": "x"})).status for _ in range(31)]
    assert statuses[30] == 429
    assert (await meta.http.post(CALLBACK, data={"signed_request": signed()})).status == 200


async def test_without_an_app_there_is_no_callback(desk: Desk) -> None:
    answer = await desk.http.post(CALLBACK, data={"signed_request": signed()})
    assert answer.status == 404
    assert "No Facebook app" in (await answer.json())["error"]


async def test_a_code_of_another_form_is_no_page(desk: Desk) -> None:
    assert (await desk.http.get(f"{CALLBACK}/not-a-code")).status == 404
