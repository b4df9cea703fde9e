"""A person's whole way, with their account at the site: real HTTPS, a real database, the worker as it runs."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.domain.errors import SignInRefused
from bot.domain.identity import Assurance
from bot.domain.messages import Letter
from bot.domain.proposals import ProposalKind
from bot.services.flows import Done, Question
from bot.wiring import build_worker
from bot.worker import LEASE, SITE_ATTEMPTS
from tests.fakes_world import FakeClock, FakeGraph, FakeMailer
from tests.site.conftest import Desk, NewDesk
from tests.site.reference import Fault

HALF_A_MINUTE = timedelta(seconds=30)


def opt_out(desk: Desk, conversation_id: str, key: str = "newsletter") -> Done:
    step = desk.services.flows.begin(conversation_id, ProposalKind.CHANGE_SETTINGS, {"keys": [key], "on": False})
    assert isinstance(step, Done)
    return step


def correct(desk: Desk, conversation_id: str, field: str, value: str) -> object:
    details = {"field": field, "value": value}
    return desk.services.flows.begin(conversation_id, ProposalKind.CHANGE_PROFILE, details)


def tick(clock: FakeClock) -> None:
    clock.advance(timedelta(seconds=1))


async def test_the_first_sign_in_makes_a_mirror_without_a_password(desk: Desk) -> None:
    signed_in = await desk.signed_in()
    assert (signed_in.account_id, signed_in.mailbox, signed_in.base) == ("u-17", "anna@example.com", Assurance.PASSWORD)
    mirror = desk.account()
    assert mirror is not None
    assert (mirror.password_hash, mirror.full_name, mirror.facebook_user) == ("", "Anna Ames", "fb-anna")
    assert desk.settings() == {"newsletter": True}
    assert desk.audited() == [("site:mirror", "new, newsletter"), ("identity:sign_in", "")]


async def test_the_deployments_own_wiring_reaches_the_site(new_desk: NewDesk) -> None:
    desk = new_desk()
    assert (await desk.signed_in()).account_id == "u-17"
    assert await desk.services.site.ping() == f"answers at {desk.line.url}, clocks 0 s apart"


@pytest.mark.parametrize(("email", "password"), [("anna@example.com", "wrong"), ("nobody@example.com", "right")])
async def test_wrong_and_unknown_are_refused_alike_after_the_same_calls(desk: Desk, email: str, password: str) -> None:
    with pytest.raises(SignInRefused) as refusal:
        await desk.services.authentication.sign_in(desk.open().id, email, password)
    assert str(refusal.value) == ""
    assert desk.site.calls == [("POST", "/desk/v1/sign-in")]
    assert desk.audited() == [("identity:sign_in_refused", "")]


async def test_five_wrong_passwords_lock_a_person_we_know_even_with_the_right_one(desk: Desk) -> None:
    await desk.signed_in()
    for _ in range(5):
        with pytest.raises(SignInRefused):
            await desk.services.authentication.sign_in(desk.open().id, "anna@example.com", "wrong")
    with pytest.raises(SignInRefused):
        await desk.signed_in()
    desk.line.clock.advance(timedelta(minutes=15))
    assert (await desk.signed_in()).account_id == "u-17"


async def test_an_opt_out_arrives_once_under_one_key_however_often_the_worker_tries(desk: Desk) -> None:
    done = opt_out(desk, (await desk.signed_in()).id)
    assert done.facts["changed"]
    assert desk.settings()["newsletter"] is False
    (item,) = desk.waiting()
    # Carried out three times by the site's program, and no answer ever arrived.
    desk.site.faults = [Fault(after=True) for _ in range(3)]
    await desk.work()
    assert (desk.site.effects, len(desk.waiting())) == ([(item.key, "newsletter=false")], 1)
    desk.line.clock.advance(HALF_A_MINUTE)
    await desk.work()
    assert desk.site.effects == [(item.key, "newsletter=false")]
    assert desk.site.calls[1:] == [("PUT", "/desk/v1/accounts/u-17/settings/newsletter")] * 4
    assert desk.waiting() == []
    assert desk.audited().count(("site:tell", "newsletter")) == 1


async def test_a_worker_that_dies_after_the_call_leaves_it_to_the_next_one(desk: Desk) -> None:
    opt_out(desk, (await desk.signed_in()).id)
    delivery = build_worker(desk.services, mailer=desk.mailer, facebook=FakeGraph()).site
    now = desk.line.clock.now()
    with desk.services.transactions() as uow:
        (item,) = [item for item in uow.outbox.claim(now, now + LEASE, 9) if item.key.startswith("site:")]
        uow.commit()
    await delivery.carry_out(item)
    await desk.work()
    assert len(desk.waiting()) == 1, "leased to the dead one"
    desk.line.clock.advance(LEASE)
    await desk.work()
    assert (desk.site.effects, desk.waiting()) == ([(item.key, "newsletter=false")], [])


async def test_a_site_that_hangs_keeps_no_code_from_anybody(desk: Desk) -> None:
    class Post(FakeMailer):
        async def send(self, letter: Letter, *, key: str) -> None:
            await super().send(letter, key=key)
            left.set()

    left, slow = asyncio.Event(), Fault(gate=asyncio.Event())
    opt_out(desk, (await desk.signed_in()).id)
    desk.services.identity.send_code(desk.open().id, "ben@example.com")
    desk.mailer, desk.site.faults = Post(), [slow]
    work = asyncio.create_task(desk.work())
    await slow.arrived.wait()
    await asyncio.wait_for(left.wait(), 30)
    assert desk.site.effects == []
    assert slow.gate is not None
    slow.gate.set()
    await work
    assert len(desk.site.effects) == 1


async def test_a_correction_arrives(desk: Desk) -> None:
    conversation = await desk.proved()
    assert isinstance(correct(desk, conversation.id, "phone", "+1 202 555 0199"), Done)
    await desk.work()
    assert desk.site.people["u-17"].details["phone"] == "+1 202 555 0199"


async def test_a_confirmed_new_address_arrives_and_signs_in(desk: Desk) -> None:
    conversation = await desk.proved()
    question = correct(desk, conversation.id, "email", "ann@example.org")
    assert isinstance(question, Question)
    desk.services.flows.confirm(conversation.id)
    await desk.work()
    assert desk.site.effects == [], "not before the new mailbox has answered"
    (mail,) = [mail for mail in desk.mailer.sent if mail.to == "ann@example.org"]
    token = mail.text.partition("/confirm/email/")[2].split()[0]
    desk.services.profile.confirm_email(token)
    await desk.work()
    assert desk.site.people["u-17"].details["email"] == "ann@example.org"
    assert (await desk.proved("ann@example.org")).account_id == "u-17"
    assert (await desk.proved("anna@example.com")).account_id is None


async def test_the_newest_choice_wins_even_when_it_arrives_first(desk: Desk) -> None:
    conversation = await desk.signed_in()
    opt_out(desk, conversation.id)
    desk.site.faults = [Fault(503, headers={"Retry-After": "3600"})]
    await desk.work()
    tick(desk.line.clock)
    step = desk.services.flows.begin(
        conversation.id, ProposalKind.CHANGE_SETTINGS, {"keys": ["newsletter"], "on": True}
    )
    assert isinstance(step, Question)
    desk.services.flows.confirm(conversation.id)
    await desk.work()
    assert [what for _, what in desk.site.effects] == ["newsletter=true"]
    desk.line.clock.advance(timedelta(seconds=3500))
    await desk.work()
    assert len(desk.waiting()) == 1, "the site asked for an hour"
    desk.line.clock.advance(timedelta(seconds=200))
    await desk.work()
    assert desk.waiting() == []
    assert desk.site.people["u-17"].settings["newsletter"] is True


async def test_erasing_twice_gives_one_receipt_and_nobody_can_sign_in(desk: Desk) -> None:
    await desk.signed_in()
    first = await desk.services.site.erase("u-17", "erase:r-1:site")
    desk.line.clock.advance(timedelta(days=1))
    assert await desk.services.site.erase("u-17", "erase:r-1:site") == first
    assert (await desk.services.site.erase("u-17", "erase:r-2:site")).number == first.number
    assert desk.site.effects == [("erase:r-1:site", "erased u-17")]
    with pytest.raises(SignInRefused):
        await desk.signed_in()
    assert (await desk.proved()).account_id is None


async def test_what_is_changed_for_an_erased_account_is_settled(desk: Desk) -> None:
    opt_out(desk, (await desk.signed_in()).id)
    await desk.services.site.erase("u-17", "erase:r-1:site")
    await desk.work()
    assert (desk.waiting(), desk.given_up()) == ([], [])
    assert ("site:tell", "newsletter") in desk.audited()


async def test_a_refusal_for_good_is_buried_at_once_and_the_mirror_goes_back(desk: Desk) -> None:
    conversation = await desk.signed_in()
    opt_out(desk, conversation.id)
    desk.site.faults = [Fault(422, b'{"code": "value_refused"}')]
    await desk.work()
    assert (desk.waiting(), desk.given_up()) == ([], ["value_refused"])
    assert ("site:refuse", "newsletter") in desk.audited()
    (mail,) = desk.mailer.sent
    assert mail.to == "support@outsource.com"
    assert "u-17" in mail.text and "value_refused" in mail.text
    assert desk.settings() == {"newsletter": False}
    await desk.signed_in()
    assert desk.settings() == {"newsletter": True}


async def test_a_change_is_tried_for_a_week_before_it_is_given_up(desk: Desk) -> None:
    opt_out(desk, (await desk.signed_in()).id)
    start = desk.line.clock.now()
    desk.site.faults = [Fault(500)] * 1000
    while desk.waiting():
        gone = desk.line.clock.now() - start
        await desk.work()
        desk.line.clock.advance(timedelta(hours=6))
        desk.line.waits.now += 6 * 3600
    assert gone >= timedelta(days=7)
    assert desk.given_up() == ["it answered 500"]
    assert len(desk.site.calls) > SITE_ATTEMPTS
