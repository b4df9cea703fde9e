"""Expiry, reminders and alerts: each once, however often and by however many they are run."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import pytest

from bot.domain.errors import StorageBusy
from bot.domain.requests import PrivacyRequest, RequestState
from bot.mail.render import render
from bot.services.requests.timers import BATCH
from bot.timekeeper import Chore, Timekeeper
from bot.wiring import build_timekeeper
from tests.fakes_world import FakeClock
from tests.requests.conftest import Desk
from tests.requests.examples import DAY, NOW, request
from tests.storage.threads import at_once

SUPPORT = "support@outsource.com"
MINUTE = timedelta(minutes=1)


def filed(name: str = "r1", **changes: object) -> PrivacyRequest:
    return request(name, **{"state": RequestState.IN_REVIEW, "acknowledged_at": NOW, **changes})


def test_what_nobody_confirmed_expires_and_says_so_where_a_mailbox_is_known(desk: Desk) -> None:
    unproved = {"state": RequestState.AWAITING_VERIFICATION, "mailbox": None, "verified_at": None, "subject": ""}
    desk.add(request("proved", details={"x": 1}), request("unproved", **unproved), filed("filed"))
    desk.clock.advance(7 * DAY)
    assert sum(desk.services.casework.timers.expire()) == 0
    desk.clock.advance(MINUTE)
    assert sum(desk.services.casework.timers.expire()) == 2
    assert sum(desk.services.casework.timers.expire()) == 0
    for name, state in (("proved", "expired"), ("unproved", "expired"), ("filed", "in_review")):
        stored = desk.request(name)
        assert stored is not None
        assert stored.state.value == state
        assert (stored.closed_at is not None, stored.details) == (state == "expired", {})
    (mail,) = desk.mails("request_expired")
    assert mail["to"] == "anna@example.com"
    assert "Nothing was changed" in render(mail, "Outsource.com", SUPPORT, "1").text
    assert [entry.details["state"] for entry in desk.audited()] == ["expired", "expired"]
    assert {entry.actor for entry in desk.audited()} == {"system"}


def test_a_request_that_moved_lately_does_not_expire(desk: Desk) -> None:
    desk.add(request(received_at=NOW - 20 * DAY, updated_at=NOW - DAY))
    assert sum(desk.services.casework.timers.expire()) == 0


def test_support_is_reminded_once_per_due_date(desk: Desk) -> None:
    desk.add(filed("soon", due_at=NOW + 6 * DAY), filed("later", due_at=NOW + 8 * DAY), filed("late", due_at=NOW - DAY))
    timers = desk.services.casework.timers
    assert [sum(timers.remind()), sum(timers.remind())] == [1, 0]
    (mail,) = desk.mails("request_due_soon")
    assert (mail["to"], mail["values"]["reference"]) == (SUPPORT, "REQ-00000-soon")
    assert "8 March 2026" in render(mail, "Outsource.com", SUPPORT, "1").subject
    seen = desk.request("soon")
    assert seen is not None
    with desk.transactions() as uow:
        uow.requests.save(seen.change(NOW, due_at=NOW + 30 * DAY), seen)
        uow.commit()
    desk.clock.advance(25 * DAY)
    assert sum(timers.remind()) == 1
    assert len(desk.mails("request_due_soon")) == 2


def test_an_overdue_request_alerts_once_a_day_until_it_is_closed(desk: Desk) -> None:
    desk.add(filed(due_at=NOW - DAY))
    timers = desk.services.casework.timers
    assert [sum(timers.alert()), sum(timers.alert())] == [1, 0]
    desk.clock.advance(DAY)
    assert [sum(timers.alert()), sum(timers.alert())] == [1, 0]
    seen = desk.request()
    assert seen is not None
    with desk.transactions() as uow:
        uow.requests.save(seen.advance(RequestState.DENIED, NOW), seen)
        uow.commit()
    desk.clock.advance(DAY)
    assert sum(timers.alert()) == 0
    mails = desk.mails("request_overdue")
    assert len(mails) == 2
    assert all("OVERDUE since 1 March 2026" in render(mail, "O", SUPPORT, "1").subject for mail in mails)


def test_a_proved_request_whose_receipt_is_not_confirmed_is_reported_once(desk: Desk) -> None:
    soon = NOW + timedelta(hours=12)
    unproved = {"state": RequestState.AWAITING_VERIFICATION, "verified_at": None, "acknowledge_by": soon}
    desk.add(
        request("proved", acknowledge_by=soon),
        request("unproved", **unproved),
        request("later", acknowledge_by=NOW + 3 * DAY),
        request("without"),
        filed("done", acknowledge_by=soon),
    )
    timers = desk.services.casework.timers
    assert [sum(timers.hasten()), sum(timers.hasten())] == [1, 0]
    (mail,) = desk.mails("request_unacknowledged")
    assert mail["values"]["reference"] == "REQ-00000-proved"
    assert "by 2 March 2026" in render(mail, "O", SUPPORT, "1").text


def test_more_than_a_batch_is_reached(desk: Desk) -> None:
    many = BATCH * 2 + 5
    desk.add(*(filed(f"r{number:03}", due_at=NOW - DAY) for number in range(many)))
    assert sum(desk.services.casework.timers.alert()) == many
    assert len(desk.mails("request_overdue")) == many


def test_three_workers_at_once_do_everything_once(stored: Desk) -> None:
    old = NOW - 8 * DAY
    stored.add(*(request(f"e{number:03}", received_at=old, updated_at=old) for number in range(40)))
    stored.add(*(filed(f"o{number:03}", due_at=NOW - DAY) for number in range(40)))
    stored.add(*(filed(f"s{number:03}", due_at=NOW + DAY) for number in range(40)))
    at_once(3, lambda _: build_timekeeper(stored.services).run_all())
    for template in ("request_expired", "request_overdue", "request_due_soon"):
        references = [mail["values"]["reference"] for mail in stored.mails(template)]
        assert len(references) == len(set(references)) == 40, template
    states = [entry.details.get("state") for entry in stored.audited()]
    assert states == ["expired"] * 40


def test_a_chore_that_fails_holds_up_no_other_and_is_tried_again() -> None:
    clock, done = FakeClock(), []

    def broken() -> Iterator[int]:
        done.append("broken")
        raise ValueError("no")
        yield 1

    def busy() -> Iterator[int]:
        done.append("busy")
        raise StorageBusy("no")
        yield 1

    def fine() -> Iterator[int]:
        done.append("fine")
        yield 1

    chores = [Chore(job.__name__, job, MINUTE) for job in (broken, busy, fine)]
    keeper = Timekeeper(clock, chores)
    keeper.run_due()
    keeper.run_due()
    assert done == ["broken", "busy", "fine", "busy"]
    clock.advance(MINUTE)
    keeper.run_due()
    assert done[4:] == ["broken", "busy", "fine"]
    with pytest.raises(ValueError, match="no"):
        keeper.run_all()


async def test_it_ends_when_it_is_told_to() -> None:
    ran, stop = [], asyncio.Event()
    loop = asyncio.get_running_loop()

    def job() -> Iterator[int]:
        ran.append("first")
        loop.call_soon_threadsafe(stop.set)
        yield 0

    await asyncio.wait_for(Timekeeper(FakeClock(), [Chore("c", job, MINUTE)]).run(stop), 10)
    assert ran == ["first"]
