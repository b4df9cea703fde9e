"""From a wish to a deed: nothing happens early, twice, or to somebody else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.errors import NoAccount, NotFound, NotSwitchable, ProposalGone, UnknownSetting
from bot.domain.identity import Assurance, Conversation
from bot.domain.messages import OutboxKind
from bot.domain.proposals import ProposalKind
from bot.domain.requests import RequestState, RequestType
from bot.services.flows import CodeNeeded, Done, Question, SignInNeeded, Step
from bot.services.settings import ChangeSettings
from tests.services.conftest import Desk

LOS_ANGELES = ZoneInfo("America/Los_Angeles")


def change(desk: Desk, conversation: Conversation, on: bool, *keys: str) -> Step:
    details = {"keys": list(keys), "on": on}
    return desk.services.flows.begin(conversation.id, ProposalKind.CHANGE_SETTINGS, details)


def delete(desk: Desk, conversation: Conversation) -> Step:
    return desk.services.flows.begin(conversation.id, ProposalKind.DELETE_ACCOUNT, {})


def stored(desk: Desk, key: str, who: str = "anna") -> bool | None:
    with desk.transactions() as uow:
        return uow.preferences.of(who).get(key)


def test_an_opt_out_waits_for_the_sign_in_and_then_happens_at_once(desk: Desk) -> None:
    conversation = desk.open()
    assert change(desk, conversation, False, "newsletter") == SignInNeeded(Assurance.MAILBOX)
    assert stored(desk, "newsletter") is None
    desk.services.identity.sign_in(conversation.id, "anna@example.com", "right")
    step = desk.services.flows.resume(conversation.id)
    assert isinstance(step, Done)
    assert stored(desk, "newsletter") is False
    assert stored(desk, "newsletter", "ben") is None


def test_a_change_leaves_consent_and_audit(desk: Desk) -> None:
    conversation = desk.signed_in()
    change(desk, conversation, False, "facebook")
    with desk.transactions() as uow:
        (consent,) = uow.consents.of("anna")
    assert (consent.setting, consent.granted, consent.channel) == ("facebook_advice", False, "web")
    assert consent.policy_version == desk.services.policy.ref.version
    assert "setting:change" in desk.tags()


def test_an_opt_out_is_a_request_that_was_carried_out_at_once(desk: Desk) -> None:
    conversation = desk.signed_in()
    step = change(desk, conversation, False, "newsletter")
    assert isinstance(step, Done)
    with desk.transactions() as uow:
        (request,) = uow.requests.of_account("anna")
    assert (request.type, request.state) == (RequestType.OPT_OUT, RequestState.COMPLETED)
    assert step.facts["receipt"] == request.reference
    again = change(desk, conversation, False, "newsletter")
    assert isinstance(again, Done)
    assert again.facts["receipt"] is None


def test_what_is_so_already_is_not_recorded_again(desk: Desk) -> None:
    conversation = desk.signed_in()
    change(desk, conversation, False, "newsletter")
    step = change(desk, conversation, False, "newsletter")
    assert isinstance(step, Done)
    assert (step.facts["changed"], step.facts["already"]) == ([], ["Newsletters"])
    with desk.transactions() as uow:
        assert len(uow.consents.of("anna")) == 1


def test_facebook_is_told_only_when_no_post_is_allowed_any_more(desk: Desk) -> None:
    with desk.transactions() as uow:
        uow.preferences.put("anna", "facebook_recommendations", True, desk.clock.now())
        uow.commit()
    conversation = desk.signed_in()
    first = change(desk, conversation, False, "facebook_advice")
    second = change(desk, conversation, False, "facebook_recommendations")
    assert isinstance(first, Done)
    assert isinstance(second, Done)
    assert (first.facts["facebook"], second.facts["facebook"]) == (None, "asked")


def test_opting_in_happens_after_a_yes_only(desk: Desk) -> None:
    conversation = desk.signed_in()
    change(desk, conversation, False, "newsletter")
    step = change(desk, conversation, True, "newsletter")
    assert isinstance(step, Question)
    assert stored(desk, "newsletter") is False
    desk.services.flows.confirm(conversation.id, step.proposal.id)
    assert stored(desk, "newsletter") is True


def test_a_yes_counts_once_for_its_own_proposal_and_in_time(desk: Desk) -> None:
    conversation = desk.fresh(desk.signed_in())
    old = delete(desk, conversation)
    new = delete(desk, conversation)
    assert isinstance(old, Question)
    assert isinstance(new, Question)
    with pytest.raises(ProposalGone):
        desk.services.flows.confirm(conversation.id, old.proposal.id)
    assert isinstance(desk.services.flows.confirm(conversation.id, new.proposal.id), Done)
    for proposal_id in (new.proposal.id, None):
        with pytest.raises(ProposalGone):
            desk.services.flows.confirm(conversation.id, proposal_id)
    with desk.transactions() as uow:
        assert len(uow.requests.of_account("anna")) == 1


def test_a_late_yes_does_nothing(desk: Desk) -> None:
    conversation = desk.fresh(desk.signed_in())
    delete(desk, conversation)
    desk.clock.advance(timedelta(minutes=30))
    with pytest.raises(ProposalGone):
        desk.services.flows.confirm(conversation.id)


def test_a_yes_before_any_question_does_nothing(desk: Desk) -> None:
    conversation = desk.open()
    delete(desk, conversation)
    desk.services.identity.sign_in(conversation.id, "anna@example.com", "right")
    with pytest.raises(ProposalGone):
        desk.services.flows.confirm(conversation.id)


@pytest.mark.parametrize("kind", ["view_settings", "view_profile", "preview_deletion", "request_status"])
def test_what_only_shows_leaves_what_waits_for_a_code(desk: Desk, kind: str) -> None:
    conversation = desk.signed_in()
    assert isinstance(delete(desk, conversation), CodeNeeded)
    shown = desk.services.flows.begin(conversation.id, ProposalKind(kind), {})
    assert isinstance(shown, Done) and shown.kind == ProposalKind(kind) and shown.next is None
    waiting = desk.services.flows.waiting(conversation.id)
    assert waiting is not None and waiting.kind is ProposalKind.DELETE_ACCOUNT


def test_what_only_shows_but_wants_a_sign_in_takes_the_place_of_what_waited(desk: Desk) -> None:
    conversation = desk.open()
    change(desk, conversation, False, "newsletter")
    assert isinstance(desk.services.flows.begin(conversation.id, ProposalKind.VIEW_SETTINGS, {}), SignInNeeded)
    waiting = desk.services.flows.waiting(conversation.id)
    assert waiting is not None and waiting.kind is ProposalKind.VIEW_SETTINGS


def test_a_question_that_was_put_ends_with_the_next_wish_even_if_that_only_shows(desk: Desk) -> None:
    conversation = desk.signed_in()
    change(desk, conversation, False, "newsletter")
    asked = change(desk, conversation, True, "newsletter")
    assert isinstance(asked, Question)
    desk.services.flows.begin(conversation.id, ProposalKind.VIEW_SETTINGS, {})
    with pytest.raises(ProposalGone):
        desk.services.flows.confirm(conversation.id)


def test_a_yes_from_another_conversation_does_nothing(desk: Desk) -> None:
    anna, ben = desk.fresh(desk.signed_in("anna")), desk.fresh(desk.signed_in("ben"))
    step = delete(desk, anna)
    assert isinstance(step, Question)
    with pytest.raises(ProposalGone):
        desk.services.flows.confirm(ben.id, step.proposal.id)
    with desk.transactions() as uow:
        assert list(uow.requests.of_account("ben")) == []
        (begun,) = uow.requests.of_account("anna")
    assert begun.state is RequestState.AWAITING_CONFIRMATION


def test_deletion_wants_a_fresh_code_even_when_signed_in(desk: Desk) -> None:
    conversation = desk.signed_in()
    assert delete(desk, conversation) == CodeNeeded("a•••@example.com")
    assert len(desk.mails("code")) == 1
    delete(desk, conversation)
    assert len(desk.mails("code")) == 1, "a live code is not mailed again"
    desk.services.identity.prove_code(conversation.id, desk.code())
    step = desk.services.flows.resume(conversation.id)
    assert isinstance(step, Question)
    desk.clock.advance(timedelta(minutes=11))
    assert isinstance(desk.services.flows.confirm(conversation.id), CodeNeeded), "the code grew stale before the yes"


def test_a_filed_deletion_has_a_reference_a_deadline_and_two_mails(desk: Desk) -> None:
    conversation = desk.fresh(desk.signed_in())
    asked_at = desk.clock.now()
    delete(desk, conversation)
    desk.clock.advance(timedelta(minutes=5))
    step = desk.services.flows.confirm(conversation.id)
    assert isinstance(step, Done)
    with desk.transactions() as uow:
        (request,) = uow.requests.of_account("anna")
    assert request.received_at == asked_at
    assert f"{request.due_at.astimezone(LOS_ANGELES):%d %B %H:%M}" == "01 April 23:59"
    assert step.facts["request"]["due"] == "1 April 2026"
    assert step.facts["request"]["reference"] == request.reference
    assert [mail["to"] for mail in desk.mails("deletion_filed")] == ["anna@example.com"]
    assert [mail["to"] for mail in desk.mails("deletion_for_support")] == ["support@outsource.com"]
    again = delete(desk, conversation)
    assert isinstance(again, Done)
    assert again.facts["already"] is True
    assert len(desk.mails("deletion_filed")) == 1


def test_another_persons_reference_says_nothing(desk: Desk) -> None:
    anna = desk.fresh(desk.signed_in("anna"))
    delete(desk, anna)
    step = desk.services.flows.confirm(anna.id)
    assert isinstance(step, Done)
    ben = desk.signed_in("ben")
    for kind in (ProposalKind.REQUEST_STATUS, ProposalKind.REVOKE_REQUEST):
        seen = desk.services.flows.begin(ben.id, kind, {"reference": step.facts["request"]["reference"]})
        assert isinstance(seen, Done)
        assert not any(seen.facts.values())
    with desk.transactions() as uow:
        assert uow.requests.of_account("anna")[0].state.value == "scheduled"


def test_unknown_and_fixed_settings_change_nothing(desk: Desk) -> None:
    conversation = desk.signed_in()
    with pytest.raises(UnknownSetting):
        change(desk, conversation, False, "no_such_thing")
    with pytest.raises(NotSwitchable):
        change(desk, conversation, False, "legal_disclosure")
    with desk.transactions() as uow:
        assert list(uow.consents.of("anna")) == []


def test_a_mailbox_without_account_is_told_so_and_the_wish_is_dropped(desk: Desk) -> None:
    conversation = desk.open()
    change(desk, conversation, False, "newsletter")
    desk.services.identity.send_code(conversation.id, "nobody@example.com")
    desk.services.identity.prove_code(conversation.id, desk.code())
    with pytest.raises(NoAccount):
        desk.services.flows.resume(conversation.id)
    assert desk.services.flows.resume(conversation.id) is None


def test_a_made_up_conversation_is_refused(desk: Desk) -> None:
    with pytest.raises(NotFound):
        desk.services.flows.begin("made-up", ProposalKind.VIEW_SETTINGS, {})


def test_partners_hear_of_an_opt_out_from_sharing_and_of_nothing_else(desk: Desk) -> None:
    handler = desk.services.flows.handlers[ProposalKind.CHANGE_SETTINGS]
    assert isinstance(handler, ChangeSettings)
    told = replace(handler, choices=replace(handler.choices, partners=("a", "b")))
    flows = replace(desk.services.flows, handlers={**desk.services.flows.handlers, ProposalKind.CHANGE_SETTINGS: told})
    chat = desk.signed_in()
    for keys in (["newsletter"], ["share_partners", "share_users"], ["share_partners"]):
        flows.begin(chat.id, ProposalKind.CHANGE_SETTINGS, {"keys": keys, "on": False})
    jobs = [job.item for job in desk.transactions.data.outbox if job.item.kind is OutboxKind.PARTNER_NOTICE]
    heard = {(job.payload["partner"], *job.payload["settings"]) for job in jobs}
    assert heard == {(partner, setting) for partner in "ab" for setting in ("share_partners", "share_users")}
    assert len(jobs) == len(heard)
    assert {tuple(job.payload["mailboxes"]) for job in jobs} == {("anna@example.com",)}
