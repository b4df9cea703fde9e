"""Deciding about a request on its page, as a browser without scripts does."""

from __future__ import annotations

import html
from typing import Any

import pytest

from bot.domain.deadlines import Regime
from bot.domain.requests import PrivacyRequest, RequestState, RequestType
from bot.domain.staff import Role
from bot.services.requests.register import Register
from tests.fakes_requests import a_request
from tests.gateway.console import sign_in
from tests.gateway.desk import ANNA, Desk, configuration, start

S = RequestState
PAGE = "/console/requests/REQ-AAAAA-000R1"


def put(desk: Desk, **changes: Any) -> PrivacyRequest:
    own = {"account_id": ANNA.id, "mailbox": ANNA.email, "state": S.IN_REVIEW}
    request = a_request("r1", desk.world.clock.now(), **{**own, **changes})
    with desk.world.transactions() as uow:
        uow.requests.add(request)
        uow.commit()
    return request


def now(desk: Desk) -> PrivacyRequest:
    with desk.world.transactions() as uow:
        found = uow.requests.by_id("r1")
    assert found is not None
    return found


def letters(desk: Desk) -> list[str]:
    return [str(job.item.payload.get("template")) for job in desk.world.transactions.data.outbox]


async def test_a_deletion_takes_two_supervisors_where_the_deployment_says_so() -> None:
    desk = await start(configuration(deletion_approvals=2))
    put(desk)
    ada, bob = await sign_in(desk, Role.SUPERVISOR, "Ada"), await sign_in(desk, Role.SUPERVISOR, "Bob")
    assert (await ada.post(f"{PAGE}/approve")).status == 303
    page = await (await ada.get(PAGE)).text()
    assert "1 of 2: Ada" in page
    refused = await ada.post(f"{PAGE}/approve")
    assert refused.status == 400
    assert "second pair of eyes" in await refused.text()
    assert now(desk).state is S.IN_REVIEW
    assert (await bob.post(f"{PAGE}/approve")).status == 303
    assert now(desk).state is S.SCHEDULED
    assert letters(desk).count("request_approved") == 1
    await desk.http.close()


async def test_the_letter_is_seen_before_it_is_sent(desk: Desk) -> None:
    put(desk)
    ada = await sign_in(desk, Role.SUPERVISOR)
    fields = {"reason": "no_match", "explanation": "We looked under <both> names."}
    page = await (await ada.post(f"{PAGE}/deny", step="look", **fields)).text()
    assert "not sent yet" in page
    assert "/requests/ey" not in page, "the person's link is not for staff"
    assert "we hold no data that matches" in page
    assert page.count(html.escape(fields["explanation"], quote=False)) == 2, "in the letter, and still in the form"
    assert "<both>" not in page
    assert now(desk).state is S.IN_REVIEW
    assert "request_denied" not in letters(desk)
    assert (await ada.post(f"{PAGE}/deny", **fields)).status == 303
    assert now(desk).state is S.DENIED
    assert letters(desk).count("request_denied") == 1


@pytest.mark.parametrize(
    ("form", "fields", "why"),
    [
        ("deny", {"reason": "", "explanation": "kept words"}, "choose a reason"),
        ("deny", {"reason": "other", "explanation": "   "}, "told why"),
        ("hold", {"reason": "nonsense", "explanation": "kept words"}, "choose a reason"),
        ("hold", {"reason": "legal"}, "told why"),
        ("cancel", {"explanation": ""}, "told why"),
        ("extend", {"explanation": "kept words" * 101}, "1,000 are possible"),
        ("resume", {}, "not on hold"),
    ],
)
async def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    desk: Desk, form: str, fields: dict[str, str], why: str
) -> None:
    before = put(desk)
    ada = await sign_in(desk, Role.SUPERVISOR)
    response = await ada.post(f"{PAGE}/{form}", **fields)
    page = await response.text()
    assert response.status == 400
    assert why in page
    assert fields.get("explanation", "").strip() in page
    assert now(desk) == before


async def test_of_two_colleagues_the_second_is_told_and_keeps_the_words(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(desk)
    ada = await sign_in(desk, Role.SUPERVISOR)
    step = Register.step

    def overtaken(register: Register, uow: Any, request: PrivacyRequest, *args: Any, **kwargs: Any) -> PrivacyRequest:
        uow.requests.save(request.change(desk.world.clock.now()), expected=request)
        return step(register, uow, request, *args, **kwargs)

    monkeypatch.setattr(Register, "step", overtaken)
    response = await ada.post(f"{PAGE}/cancel", explanation="words I typed")
    page = await response.text()
    assert response.status == 409
    assert "A colleague changed this request" in page
    assert "words I typed" in page
    assert now(desk).state is S.IN_REVIEW


async def test_an_unproved_request_offers_no_approval(desk: Desk) -> None:
    put(desk, state=S.AWAITING_VERIFICATION, verified_at=None, account_id=None, mailbox=None)
    ada = await sign_in(desk, Role.SUPERVISOR)
    page = await (await ada.get(PAGE)).text()
    assert "Nobody has proved this request" in page
    assert f'action="{PAGE}/approve"' not in page
    response = await ada.post(f"{PAGE}/approve")
    assert response.status == 400
    assert "nobody can do that for the person" in await response.text()


async def test_an_agent_sees_who_decides(desk: Desk) -> None:
    put(desk)
    page = await (await (await sign_in(desk)).get(PAGE)).text()
    assert "for supervisors" in page
    assert f'action="{PAGE}/deny"' not in page
    assert f'action="{PAGE}/hold"' in page


async def test_an_extension_is_offered_once_and_in_time(desk: Desk) -> None:
    put(desk, regime=Regime.GDPR)
    ada = await sign_in(desk)
    assert f'action="{PAGE}/extend"' in await (await ada.get(PAGE)).text()
    assert (await ada.post(f"{PAGE}/extend", explanation="A colleague is ill.")).status == 303
    page = await (await ada.get(PAGE)).text()
    assert f'action="{PAGE}/extend"' not in page
    assert "extended" in page


async def test_the_list_has_a_filter_for_kinds(desk: Desk) -> None:
    put(desk, type=RequestType.EXPORT)
    ada = await sign_in(desk)
    assert "REQ-AAAAA-000R1" in await (await ada.get("/console/requests?type=export")).text()
    assert "REQ-AAAAA-000R1" not in await (await ada.get("/console/requests?type=deletion")).text()
    assert (await ada.get("/console/requests?type=odd")).status == 400
