"""What a person sees while the site is away, and what our rows say afterwards."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.errors import AccountsAway, CodeRejected, NotFound
from bot.domain.identity import Assurance
from bot.domain.proposals import ProposalKind
from bot.services.turns import Turn
from tests.site.conftest import Desk
from tests.site.reference import Fault, Person

NEVER = timedelta(days=1)


def away(desk: Desk) -> None:
    """Every attempt of the next call fails."""
    desk.site.faults = [Fault(503)] * 3


def opt_out(desk: Desk, conversation_id: str) -> None:
    desk.services.flows.begin(conversation_id, ProposalKind.CHANGE_SETTINGS, {"keys": ["newsletter"], "on": False})


async def test_a_password_cannot_be_checked_and_nothing_is_half_written(desk: Desk) -> None:
    conversation = desk.open()
    away(desk)
    with pytest.raises(AccountsAway, match="mail you a code instead"):
        await desk.services.authentication.sign_in(conversation.id, "anna@example.com", "right")
    assert desk.services.identity.get(conversation.id, conversation.epoch) == conversation
    assert (desk.account(), desk.audited()) == (None, [])


async def test_a_person_we_know_gets_in_with_a_code(desk: Desk) -> None:
    await desk.signed_in()
    away(desk)
    proved = await desk.proved()
    assert (proved.account_id, proved.assurance(desk.line.clock.now())) == ("u-17", Assurance.FRESH_CODE)


async def test_the_code_of_a_person_we_never_met_stays_good(desk: Desk) -> None:
    conversation = desk.open()
    desk.services.identity.send_code(conversation.id, "anna@example.com")
    away(desk)
    turn: Turn = await desk.services.turns.say(conversation, "m1", desk.code())
    assert "do not answer at the moment" in turn.messages[-1].text
    assert desk.code() not in turn.messages[0].text
    turn = await desk.services.turns.say(turn.conversation, "m2", desk.code())
    assert turn.conversation.account_id == "u-17"


async def test_wrong_codes_are_counted_while_the_site_is_away(desk: Desk) -> None:
    conversation = desk.open()
    desk.services.identity.send_code(conversation.id, "anna@example.com")
    for left in (4, 3, 2, 1, 0):
        away(desk)
        with pytest.raises(CodeRejected) as refusal:
            await desk.services.authentication.prove_code(conversation.id, "000000")
        assert refusal.value.tries_left == left
        desk.line.waits.now += 60


async def test_without_a_live_code_the_site_is_not_asked(desk: Desk) -> None:
    with pytest.raises(CodeRejected):
        await desk.services.authentication.prove_code(desk.open().id, "123456")
    assert desk.site.calls == []


async def test_a_proved_mailbox_without_an_account_at_the_site_has_none(desk: Desk) -> None:
    proved = await desk.proved("nobody@example.com")
    assert (proved.mailbox, proved.account_id) == ("nobody@example.com", None)


async def test_the_host_page_vouches_for_an_account_of_the_site(desk: Desk) -> None:
    later = desk.line.clock.now() + NEVER
    vouch = desk.services.authentication.vouch
    assert (await vouch(desk.open().id, "u-17", "j1", later)).mailbox == "anna@example.com"
    away(desk)
    assert (await vouch(desk.open().id, "u-17", "j2", later)).account_id == "u-17"
    for name in ("u-99", "../u-17"):
        with pytest.raises(NotFound):
            await vouch(desk.open().id, name, f"j-{name}", later)
    away(desk)
    with pytest.raises(AccountsAway):
        await vouch(desk.open().id, "u-18", "j4", later)
    assert (await vouch(desk.open().id, "u-17", "j4", later)).account_id == "u-17", "a token is not spent in vain"


async def test_what_changed_at_the_site_shows_at_the_next_sign_in(desk: Desk) -> None:
    await desk.signed_in()
    person = desk.site.people["u-17"]
    person.details["full_name"], person.settings["research"] = "Anna Abel", False
    await desk.proved()
    mirror = desk.account()
    assert mirror is not None and mirror.full_name == "Anna Abel"
    assert desk.settings() == {"newsletter": True, "research": False}
    assert ("site:mirror", "full_name, research") in desk.audited()
    before = len(desk.audited())
    await desk.signed_in()
    assert [tag for tag, _ in desk.audited()[before:]] == ["identity:sign_in"], "nothing changed, nothing recorded"


async def test_what_was_changed_here_and_waits_wins_over_the_site(desk: Desk) -> None:
    conversation = await desk.proved()
    opt_out(desk, conversation.id)
    details = {"field": "phone", "value": "+1 202 555 0199"}
    desk.services.flows.begin(conversation.id, ProposalKind.CHANGE_PROFILE, details)
    await desk.signed_in()
    mirror = desk.account()
    assert mirror is not None and mirror.phone == "+1 202 555 0199"
    assert desk.settings() == {"newsletter": False}


async def test_while_a_new_address_waits_only_its_mailbox_opens_the_account(desk: Desk) -> None:
    conversation = await desk.proved()
    changes = desk.services.flows.handlers[ProposalKind.CHANGE_PROFILE]
    token = changes.links.sign(  # type: ignore[attr-defined]
        {"id": "p-1", "account": "u-17", "old": "anna@example.com", "new": "ann@example.org"}
    )
    desk.services.profile.confirm_email(token)
    assert desk.site.people["u-17"].details["email"] == "anna@example.com"
    assert (await desk.proved("anna@example.com")).account_id is None
    assert (await desk.proved("ann@example.org")).account_id == "u-17"
    assert conversation.account_id == "u-17"


async def test_an_address_that_went_to_somebody_else_takes_its_mails_along(desk: Desk) -> None:
    await desk.signed_in()
    desk.site.people["u-17"].details["email"] = "anna@new.example.com"
    details = {"email": "anna@example.com", "full_name": "Anna Other"}
    desk.site.people["u-18"] = Person("u-18", "other", details, desk.line.clock.now())
    assert (await desk.proved()).account_id == "u-18"
    displaced = desk.account()
    assert displaced is not None and displaced.email == "u-17@moved.invalid"
    assert (await desk.proved("anna@new.example.com")).account_id == "u-17"
    back = desk.account()
    assert back is not None and back.email == "anna@new.example.com"


async def test_an_address_that_is_nobodys_any_more_opens_nothing(desk: Desk) -> None:
    await desk.signed_in()
    desk.site.people["u-17"].details["email"] = "anna@new.example.com"
    assert (await desk.proved()).account_id is None
    away(desk)
    with pytest.raises(AccountsAway):
        await desk.proved()


async def test_two_who_wait_for_the_same_address_end_with_the_sites_word(desk: Desk) -> None:
    """Confirmed here while the site had given it away: refused there, and nobody is stuck."""
    await desk.signed_in()
    changes = desk.services.flows.handlers[ProposalKind.CHANGE_PROFILE]
    token = changes.links.sign(  # type: ignore[attr-defined]
        {"id": "p-1", "account": "u-17", "old": "anna@example.com", "new": "x@example.com"}
    )
    desk.services.profile.confirm_email(token)
    desk.site.people["u-18"] = Person("u-18", "other", {"email": "x@example.com"}, desk.line.clock.now())
    assert (await desk.proved("x@example.com")).account_id == "u-18"
    assert (await desk.proved("anna@example.com")).account_id == "u-17"
    await desk.work()
    assert desk.given_up() == ["email_taken"]
    assert (await desk.proved("anna@example.com")).account_id == "u-17"
    assert (await desk.proved("x@example.com")).account_id == "u-18"
