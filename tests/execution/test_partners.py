"""Partners are told, believably and until they say that they heard it."""

from __future__ import annotations

import asyncio
import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import timedelta

import pytest

from bot.domain.erasure import Person
from bot.domain.messages import OutboxKind
from bot.domain.requests import RequestState
from bot.security.clock import SystemClock
from bot.stores.partners import Partner as Sender
from bot.stores.partners import sign
from tests.execution.conftest import NewDesk
from tests.execution.partner import SECRET, Partner, serving
from tests.execution.planting import ANNA, file, plant
from tests.fakes_world import FakeClock

SOMEBODY = Person("anna", ("anna@example.com",), ("c1",))


@pytest.fixture
def partner() -> Iterator[Partner]:
    partner = Partner()
    with serving(partner):
        yield partner


def sender(partner: Partner, **changes: object) -> Sender:
    return Sender(**{"partner": "acme", "url": partner.url, "secret": SECRET, "clock": SystemClock(), **changes})  # type: ignore[arg-type]


def test_the_signature_is_the_one_of_the_specification() -> None:
    signed = sign(SECRET, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


async def test_a_repetition_has_the_same_id_and_acts_once(partner: Partner) -> None:
    for _ in range(3):
        assert await sender(partner).erase(SOMEBODY, "erase:r1:partner-acme") is None
    assert partner.heard == {"erase:r1:partner-acme": 3}
    (event,) = partner.acted
    assert event["type"] == "person.erase"
    assert event["data"] == {"account_id": "anna", "mailboxes": ["anna@example.com"]}


async def test_the_wrong_secret_and_an_old_timestamp_are_not_believed(partner: Partner) -> None:
    with pytest.raises(OSError, match="401"):
        await sender(partner, secret="whsec_" + "A" * 40).erase(SOMEBODY, "k1")
    with pytest.raises(OSError, match="401"):
        await sender(partner, clock=FakeClock()).erase(SOMEBODY, "k2")
    assert partner.refused == ["signature", "timestamp"] and not partner.acted


def test_a_recorded_call_cannot_be_replayed_under_another_id_or_later(partner: Partner) -> None:
    body, now = json.dumps({"type": "person.erase", "data": {}}).encode(), int(time.time())
    signed = {"webhook-id": "k1", "webhook-timestamp": str(now), "webhook-signature": sign(SECRET, "k1", now, body)}

    def post(**changes: str) -> int:
        call = urllib.request.Request(partner.url, body, {**signed, **changes})
        try:
            with urllib.request.urlopen(call) as response:
                return int(response.status)
        except urllib.error.HTTPError as error:
            return error.code

    assert post() == 204
    assert post(**{"webhook-id": "k2"}) == 401
    assert post(**{"webhook-timestamp": str(now - 600)}) == 401
    assert len(partner.acted) == 1


@pytest.mark.parametrize("status", [301, 400, 404, 410, 429, 500, 503])
async def test_anything_but_success_is_no_receipt(partner: Partner, status: int) -> None:
    partner.answers = [status]
    with pytest.raises(OSError, match=str(status)):
        await sender(partner).erase(SOMEBODY, "k1")
    assert partner.heard == {"k1": 1}


async def test_nobody_there_is_no_receipt() -> None:
    with pytest.raises(OSError, match="9"):
        await sender(Partner(url="http://127.0.0.1:9/hooks")).erase(SOMEBODY, "k1")


def real_time(new_desk: NewDesk, partner: Partner) -> NewDesk:
    """Partners look at the timestamp, so the desk's clock has to be right."""
    desk = new_desk(config={"partner_webhooks": [partner.config("acme")]})
    desk.clock.advance(SystemClock().now() - desk.clock.now())
    return lambda: desk


def test_a_partner_that_is_down_is_told_later_and_everything_else_at_once(
    new_desk: NewDesk, partner: Partner, var: object
) -> None:
    desk = real_time(new_desk, partner)()
    plant(desk.services, ANNA, var / "mail")  # type: ignore[operator]
    file(desk.services, ANNA.request(scheduled_for=desk.clock.now()), due=desk.clock.now())
    partner.answers = [503]
    asyncio.run(desk.work())
    with desk.services.transactions() as uow:
        request = uow.requests.by_id("r-anna")
        done = {receipt.store for receipt in uow.receipts.of("r-anna")}
    assert request is not None and request.state is RequestState.FAILED and desk.mailer.sent == []
    assert {"profile", "conversations", "mail", "tracker"} < done and "partner-acme" not in done
    desk.clock.advance(timedelta(seconds=31))
    asyncio.run(desk.work())
    assert partner.heard == {"erase:r-anna:partner-acme": 2} and len(partner.acted) == 1
    assert [mail.key for mail in desk.mailer.sent] == ["closing:r-anna"]


def test_an_opt_out_reaches_the_partners_with_its_receipt(new_desk: NewDesk, partner: Partner) -> None:
    desk = real_time(new_desk, partner)()
    notice = {"partner": "acme", "account_id": "anna", "mailboxes": ["a@example.com"], "settings": ["share_partners"]}
    with desk.services.transactions() as uow:
        uow.outbox.put("optout:p1:acme", OutboxKind.PARTNER_NOTICE, notice, desk.clock.now())
        uow.outbox.put("optout:p1:gone", OutboxKind.PARTNER_NOTICE, {**notice, "partner": "gone"}, desk.clock.now())
        uow.commit()
    asyncio.run(desk.work())
    (event,) = partner.acted
    assert event["type"] == "person.opt_out" and event["id"] == "optout:p1:acme"
    assert event["data"] == {"account_id": "anna", "mailboxes": ["a@example.com"], "settings": ["share_partners"]}
    with desk.services.transactions() as uow:
        results = [entry.details for _, entry, _ in uow.audit.rows()]
    assert results == [{"partner": "acme", "result": "told"}, {"partner": "gone", "result": "no such partner"}]
