"""Correcting details, and a new e-mail address that must answer for itself."""

from __future__ import annotations

import pytest

from bot.domain.errors import InvalidInput, TokenInvalid, TokenReplayed
from bot.domain.proposals import ProposalKind
from bot.services.flows import CodeNeeded, Done, Question, Step
from tests.services.conftest import Desk


def ask(desk: Desk, field: str, value: str) -> Step:
    conversation = desk.fresh(desk.signed_in())
    details = {"field": field, "value": value}
    return desk.services.flows.begin(conversation.id, ProposalKind.CHANGE_PROFILE, details)


def ask_and_agree(desk: Desk, field: str, value: str) -> None:
    step = ask(desk, field, value)
    assert isinstance(step, Question)
    desk.services.flows.confirm(step.proposal.conversation_id)


def link_token(desk: Desk) -> str:
    return str(desk.mails("email_confirm")[-1]["values"]["link"]).rpartition("/")[2]


def test_a_detail_is_corrected_and_audited_without_its_value(desk: Desk) -> None:
    assert isinstance(ask(desk, "phone", "+44 20 7946 0958"), Done)
    assert desk.account().phone == "+44 20 7946 0958"
    with desk.transactions() as uow:
        assert "7946" not in repr(uow.audit.rows())


def test_it_wants_a_fresh_code(desk: Desk) -> None:
    conversation = desk.signed_in()
    details = {"field": "phone", "value": "+44 20 7946 0958"}
    step = desk.services.flows.begin(conversation.id, ProposalKind.CHANGE_PROFILE, details)
    assert isinstance(step, CodeNeeded)
    assert desk.account().phone == ""


@pytest.mark.parametrize(
    ("field", "value"), [("phone", "none"), ("website", "no web"), ("full_name", "  "), ("id", "x"), ("email", "no")]
)
def test_bad_values_are_refused_and_change_nothing(desk: Desk, field: str, value: str) -> None:
    before = desk.account()
    with pytest.raises(InvalidInput):
        ask_and_agree(desk, field, value)
    assert desk.account() == before


def test_a_new_address_counts_once_its_mailbox_said_so(desk: Desk) -> None:
    step = ask(desk, "email", "Anna.New@example.org")
    assert isinstance(step, Question)
    desk.services.flows.confirm(step.proposal.conversation_id)
    assert desk.account().email == "anna@example.com"
    assert desk.mails("email_change_asked")[0]["to"] == "anna@example.com"
    token = link_token(desk)
    assert desk.services.profile.email_change(token).new_masked == "a•••@example.org"
    assert desk.account().email == "anna@example.com", "looking at the page changes nothing"
    desk.services.profile.confirm_email(token)
    assert desk.account().email == "anna.new@example.org"
    assert desk.mails("email_changed")[0]["to"] == "anna@example.com"
    with pytest.raises(TokenReplayed):
        desk.services.profile.confirm_email(token)


def test_an_address_that_is_taken_is_refused_only_at_the_link(desk: Desk) -> None:
    step = ask(desk, "email", "ben@example.com")
    assert isinstance(step, Question)
    desk.services.flows.confirm(step.proposal.conversation_id)
    with pytest.raises(InvalidInput):
        desk.services.profile.confirm_email(link_token(desk))
    assert desk.account().email == "anna@example.com"


def test_a_forged_link_is_refused(desk: Desk) -> None:
    with pytest.raises(TokenInvalid):
        desk.services.profile.confirm_email("forged")
