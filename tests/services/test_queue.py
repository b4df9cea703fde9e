"""Several wishes of one message: in order, each with its own sign-in, code and yes."""

from __future__ import annotations

from typing import Any, Mapping

import pytest

from bot.domain.errors import ProposalGone, UnknownSetting
from bot.domain.proposals import ProposalKind
from bot.services.flows import CodeNeeded, Done, Question, Refused, SignInNeeded
from tests.services.conftest import Desk
from tests.services.test_flows import stored

Wishes = list[tuple[ProposalKind, Mapping[str, Any]]]


def switch(on: bool, *keys: str) -> tuple[ProposalKind, Mapping[str, Any]]:
    return ProposalKind.CHANGE_SETTINGS, {"keys": list(keys), "on": on}


DELETE = (ProposalKind.DELETE_ACCOUNT, {})
LOOK = (ProposalKind.VIEW_SETTINGS, {})


def test_all_wait_for_one_sign_in_and_are_then_done_in_order(desk: Desk) -> None:
    conversation = desk.open()
    wishes: Wishes = [switch(False, "newsletter"), switch(False, "facebook"), LOOK]
    assert isinstance(desk.services.flows.begin_all(conversation.id, wishes), SignInNeeded)
    assert stored(desk, "newsletter") is None
    desk.services.identity.sign_in(conversation.id, "anna@example.com", "right")
    first = desk.services.flows.resume(conversation.id)
    assert isinstance(first, Done) and isinstance(first.next, Done) and isinstance(first.next.next, Done)
    assert [first.kind, first.next.kind, first.next.next.kind] == [kind for kind, _ in wishes]
    assert first.next.next.next is None
    assert stored(desk, "newsletter") is False and stored(desk, "facebook_advice") is False
    assert desk.services.flows.resume(conversation.id) is None


def test_a_deletion_behind_a_change_keeps_its_own_code(desk: Desk) -> None:
    conversation = desk.signed_in()
    step = desk.services.flows.begin_all(conversation.id, [switch(False, "newsletter"), DELETE])
    assert isinstance(step, Done) and isinstance(step.next, CodeNeeded)
    with pytest.raises(ProposalGone):
        desk.services.flows.confirm(conversation.id)


def test_a_declined_question_lets_the_next_wish_go_on(desk: Desk) -> None:
    conversation = desk.signed_in()
    desk.services.flows.begin_all(conversation.id, [switch(False, "newsletter")])
    asked = desk.services.flows.begin_all(conversation.id, [switch(True, "newsletter"), LOOK])
    assert isinstance(asked, Question)
    after = desk.services.flows.decline(conversation.id, asked.proposal.id)
    assert isinstance(after, Done) and after.kind is ProposalKind.VIEW_SETTINGS
    assert stored(desk, "newsletter") is False


def test_a_never_mind_before_the_sign_in_ends_all(desk: Desk) -> None:
    conversation = desk.open()
    desk.services.flows.begin_all(conversation.id, [switch(False, "newsletter"), DELETE])
    assert desk.services.flows.decline(conversation.id) is None
    assert desk.services.flows.waiting(conversation.id) is None


def test_a_second_yes_does_not_start_the_next_wish_again(desk: Desk) -> None:
    conversation = desk.signed_in()
    desk.services.flows.begin_all(conversation.id, [switch(False, "newsletter")])
    asked = desk.services.flows.begin_all(conversation.id, [switch(True, "newsletter"), switch(False, "facebook")])
    assert isinstance(asked, Question)
    desk.services.flows.confirm(conversation.id, asked.proposal.id)
    with pytest.raises(ProposalGone):
        desk.services.flows.confirm(conversation.id, asked.proposal.id)
    assert stored(desk, "newsletter") is True and stored(desk, "facebook_advice") is False


def test_what_cannot_be_taken_is_said_and_what_came_before_stands(desk: Desk) -> None:
    conversation = desk.signed_in()
    step = desk.services.flows.begin_all(conversation.id, [switch(False, "newsletter"), switch(False, "no_such")])
    assert isinstance(step, Done) and isinstance(step.next, Refused)
    assert stored(desk, "newsletter") is False


def test_what_stands_behind_a_refused_wish_is_still_carried_out(desk: Desk) -> None:
    conversation = desk.signed_in()
    wishes = [switch(False, "newsletter"), switch(False, "no_such"), LOOK]
    step = desk.services.flows.begin_all(conversation.id, wishes)
    assert isinstance(step, Done) and isinstance(step.next, Refused)
    assert isinstance(step.next.error, UnknownSetting)
    assert isinstance(step.next.next, Done) and step.next.next.kind is LOOK[0]
