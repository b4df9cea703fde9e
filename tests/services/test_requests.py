"""Privacy requests by talking: nothing unproved goes on, and staff cannot stand in for the person."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.errors import ChangedMeanwhile, InvalidInput, NotFound
from bot.domain.identity import Conversation
from bot.domain.proposals import ProposalKind
from bot.domain.requests import DenialReason, HoldReason, PrivacyRequest, RequestState
from bot.domain.staff import Role, StaffMember
from bot.services.flows import CodeNeeded, Done, Question, SignInNeeded, Step
from tests.services.conftest import Desk

S = RequestState


def begin(desk: Desk, conversation: Conversation, kind: ProposalKind, **details: str) -> Step:
    return desk.services.flows.begin(conversation.id, kind, details)


def filed(desk: Desk, conversation: Conversation, kind: ProposalKind, **details: str) -> PrivacyRequest:
    step = begin(desk, conversation, kind, **details)
    if isinstance(step, Question):
        step = desk.services.flows.confirm(conversation.id)
    assert isinstance(step, Done), step
    return stored(desk, step.facts["request"]["reference"])


def stored(desk: Desk, reference: str) -> PrivacyRequest:
    with desk.transactions() as uow:
        found = uow.requests.by_reference(reference)
    assert found is not None
    return found


def everything(desk: Desk) -> list[PrivacyRequest]:
    return list(desk.transactions.data.cases.requests.values())


def stranger(desk: Desk, mailbox: str = "stranger@example.net") -> Conversation:
    conversation = desk.open()
    desk.services.identity.send_code(conversation.id, mailbox)
    return desk.services.identity.prove_code(conversation.id, desk.code())


def colleague(desk: Desk, name: str, role: Role = Role.SUPERVISOR) -> StaffMember:
    member = StaffMember(name, f"{name}@outsource.com", name.title(), role, desk.clock.now(), "totp")
    with desk.transactions() as uow:
        uow.staff.add(member)
        uow.commit()
    return member


@pytest.fixture
def four_eyes(desk: Desk) -> Desk:
    """A desk where two members of staff must agree."""
    casework = desk.services.casework
    planner = replace(casework.planner, approvals=2)
    handlers = {
        kind: replace(handler, planner=planner) if hasattr(handler, "planner") else handler
        for kind, handler in desk.services.flows.handlers.items()
    }
    services = replace(
        desk.services,
        flows=replace(desk.services.flows, handlers=handlers),
        casework=replace(casework, planner=planner, decisions=replace(casework.decisions, planner=planner)),
    )
    return replace(desk, services=services)


def test_the_clock_runs_from_the_first_word_and_an_unproved_request_goes_nowhere(desk: Desk) -> None:
    conversation, asked_at = desk.open(), desk.clock.now()
    assert isinstance(begin(desk, conversation, ProposalKind.DELETE_ACCOUNT), SignInNeeded)
    desk.clock.advance(timedelta(hours=1))
    assert isinstance(begin(desk, conversation, ProposalKind.DELETE_ACCOUNT), SignInNeeded)
    (request,) = everything(desk)
    assert (request.state, request.received_at) == (S.AWAITING_VERIFICATION, asked_at)
    desk.services.identity.sign_in(conversation.id, "anna@example.com", "right")
    assert isinstance(desk.services.flows.resume(conversation.id), CodeNeeded), "a password is not enough"
    assert everything(desk)[0].state is S.AWAITING_VERIFICATION
    desk.services.identity.prove_code(conversation.id, desk.code())
    assert isinstance(desk.services.flows.resume(conversation.id), Question)
    assert everything(desk)[0].state is S.AWAITING_CONFIRMATION
    desk.services.flows.confirm(conversation.id)
    done = everything(desk)[0]
    assert (done.state, done.received_at, done.mailbox) == (S.SCHEDULED, asked_at, "anna@example.com")
    assert done.scheduled_for == desk.clock.now() + timedelta(days=7)


def test_no_takes_an_unconfirmed_request_back(desk: Desk) -> None:
    conversation = desk.fresh(desk.signed_in())
    begin(desk, conversation, ProposalKind.DELETE_ACCOUNT)
    desk.services.flows.decline(conversation.id)
    assert [request.state for request in everything(desk)] == [S.REVOKED]


def test_an_unverified_duplicate_never_blocks_a_verified_one(desk: Desk) -> None:
    begin(desk, desk.open(), ProposalKind.DELETE_ACCOUNT)
    anna = desk.fresh(desk.signed_in())
    request = filed(desk, anna, ProposalKind.DELETE_ACCOUNT)
    assert request.state is S.SCHEDULED
    again = filed(desk, desk.fresh(desk.signed_in()), ProposalKind.DELETE_ACCOUNT)
    assert again == request
    assert sorted(found.state.value for found in everything(desk)) == [
        "awaiting_verification",
        "duplicate",
        "scheduled",
    ]


def test_whoever_signs_in_last_is_who_asks(desk: Desk) -> None:
    conversation = desk.fresh(desk.signed_in("anna"))
    begin(desk, conversation, ProposalKind.DELETE_ACCOUNT)
    desk.services.identity.sign_in(conversation.id, "ben@example.com", "right")
    conversation = desk.fresh(replace(conversation, mailbox="ben@example.com"))
    request = filed(desk, conversation, ProposalKind.DELETE_ACCOUNT)
    assert request.account_id == "ben"
    with desk.transactions() as uow:
        assert not uow.requests.of_account("anna")


def test_a_person_without_an_account_can_ask_by_proving_the_mailbox(desk: Desk) -> None:
    conversation = stranger(desk)
    request = filed(desk, conversation, ProposalKind.DELETE_ACCOUNT)
    assert (request.account_id, request.mailbox, request.state) == (None, "stranger@example.net", S.SCHEDULED)
    step = begin(desk, stranger(desk), ProposalKind.REQUEST_STATUS)
    assert isinstance(step, Done)
    assert [found["reference"] for found in step.facts["requests"]] == [request.reference]
    other = begin(desk, stranger(desk, "other@example.net"), ProposalKind.REQUEST_STATUS)
    assert isinstance(other, Done)
    assert other.facts["requests"] == []


def test_taking_back_works_until_it_is_carried_out(desk: Desk) -> None:
    conversation = desk.fresh(desk.signed_in())
    request = filed(desk, conversation, ProposalKind.DELETE_ACCOUNT)
    step = begin(desk, conversation, ProposalKind.REVOKE_REQUEST)
    assert isinstance(step, Done)
    assert step.facts["request"]["reference"] == request.reference
    assert [mail["to"] for mail in desk.mails("request_revoked")] == ["anna@example.com"]
    second = filed(desk, conversation, ProposalKind.DELETE_ACCOUNT)
    with desk.transactions() as uow:
        desk.services.casework.register.step(uow, second, S.EXECUTING, actor="system")
        uow.commit()
    late = begin(desk, conversation, ProposalKind.REVOKE_REQUEST)
    assert isinstance(late, Done)
    assert late.facts["request"] is None
    assert late.facts["late"]["reference"] == second.reference


def test_a_new_address_cannot_delete_until_it_is_not_new_and_proved_again(desk: Desk) -> None:
    account = desk.account()
    with desk.transactions() as uow:
        uow.accounts.save(replace(account, email_changed_at=desk.clock.now()))
        uow.commit()
    request = filed(desk, desk.fresh(desk.signed_in()), ProposalKind.DELETE_ACCOUNT)
    assert (request.state, request.reason) == (S.ON_HOLD, HoldReason.RECENT_EMAIL_CHANGE.value)
    assert filed(desk, desk.fresh(desk.signed_in()), ProposalKind.DELETE_ACCOUNT).state is S.ON_HOLD
    desk.clock.advance(timedelta(days=8))
    released = filed(desk, desk.fresh(desk.signed_in()), ProposalKind.DELETE_ACCOUNT)
    assert (released.id, released.state) == (request.id, S.SCHEDULED)


def test_a_copy_is_made_at_once_after_a_fresh_code(desk: Desk) -> None:
    conversation = desk.signed_in()
    assert isinstance(begin(desk, conversation, ProposalKind.EXPORT), CodeNeeded)
    request = filed(desk, desk.fresh(conversation), ProposalKind.EXPORT)
    assert (request.state, request.scheduled_for) == (S.SCHEDULED, desk.clock.now())


def test_a_childs_account_needs_a_colleague_and_an_address(desk: Desk) -> None:
    parent, ada = desk.fresh(desk.signed_in("anna")), colleague(desk, "ada")
    decisions = desk.services.casework.decisions
    step = begin(desk, parent, ProposalKind.REPORT_CHILD)
    assert isinstance(step, Question)
    assert step.facts == {"child": ""}
    assert desk.services.identity.address_wanted(parent.id) == "report_child"
    step = begin(desk, parent, ProposalKind.REPORT_CHILD, email_address="Ben@example.com")
    assert isinstance(step, Question)
    assert step.facts == {"child": "b•••@example.com"}
    request = filed(desk, parent, ProposalKind.REPORT_CHILD, email_address="Ben@example.com")
    assert (request.state, request.account_id) == (S.IN_REVIEW, "anna")
    approved = decisions.approve(ada, request.reference).request
    assert (approved.state, approved.details["account"]) == (S.SCHEDULED, "ben")


def test_a_parent_can_report_two_children_and_each_only_once(desk: Desk) -> None:
    parent = desk.fresh(desk.signed_in("anna"))

    def report(address: str) -> PrivacyRequest:
        return filed(desk, parent, ProposalKind.REPORT_CHILD, email_address=address)

    first, second = report("ben@example.com"), report("clara@example.com")
    assert first.reference != second.reference
    assert [request.details["child"] for request in (first, second)] == ["ben@example.com", "clara@example.com"]
    step = begin(desk, parent, ProposalKind.REPORT_CHILD)
    assert isinstance(step, Question), "an earlier report may be another child's"
    again = begin(desk, parent, ProposalKind.REPORT_CHILD, email_address="ben@example.com")
    assert isinstance(again, Done)
    assert again.facts["already"]
    assert again.facts["request"]["reference"] == first.reference


def test_a_childs_account_that_is_not_there_cannot_be_approved(desk: Desk) -> None:
    request = filed(desk, stranger(desk), ProposalKind.REPORT_CHILD)
    with pytest.raises(InvalidInput, match="No account uses the address"):
        desk.services.casework.decisions.approve(colleague(desk, "ada"), request.reference)
    assert stored(desk, request.reference) == request


def test_four_eyes(four_eyes: Desk) -> None:
    desk, decisions = four_eyes, four_eyes.services.casework.decisions
    ada, bob = colleague(desk, "ada"), colleague(desk, "bob")
    request = filed(desk, desk.fresh(desk.signed_in()), ProposalKind.DELETE_ACCOUNT)
    assert request.state is S.IN_REVIEW
    assert decisions.approve(ada, request.reference).request.state is S.IN_REVIEW
    with pytest.raises(InvalidInput, match="second pair of eyes"):
        decisions.approve(ada, request.reference)
    scheduled = decisions.approve(bob, request.reference).request
    assert scheduled.state is S.SCHEDULED
    assert len(desk.mails("request_approved")) == 1
    with pytest.raises(InvalidInput, match="scheduled"):
        decisions.approve(colleague(desk, "eve"), request.reference)


def test_nobody_approves_their_own(four_eyes: Desk) -> None:
    desk = four_eyes
    ada = colleague(desk, "ada")
    request = filed(desk, stranger(desk, ada.email), ProposalKind.DELETE_ACCOUNT)
    with pytest.raises(InvalidInput, match="your own request"):
        desk.services.casework.decisions.approve(ada, request.reference)


def test_staff_cannot_pass_an_unproved_request(four_eyes: Desk) -> None:
    desk, decisions = four_eyes, four_eyes.services.casework.decisions
    ada = colleague(desk, "ada")
    begin(desk, desk.open(), ProposalKind.DELETE_ACCOUNT)
    (request,) = everything(desk)
    for decide in (
        lambda: decisions.approve(ada, request.reference),
        lambda: decisions.hold(ada, request.reference, HoldReason.OTHER, "wait"),
        lambda: decisions.resume(ada, request.reference),
        lambda: decisions.extend(ada, request.reference, "more time"),
    ):
        with pytest.raises(InvalidInput):
            decide()
    assert stored(desk, request.reference) == request
    with pytest.raises(NotFound):
        decisions.approve(ada, "REQ-NOBOD-YHASS")


def test_of_two_colleagues_at_once_one_is_told_to_look_again(four_eyes: Desk) -> None:
    desk, register = four_eyes, four_eyes.services.casework.register
    request = filed(desk, desk.fresh(desk.signed_in()), ProposalKind.DELETE_ACCOUNT)
    desk.services.casework.decisions.approve(colleague(desk, "ada"), request.reference)
    with desk.transactions() as uow, pytest.raises(ChangedMeanwhile):
        register.step(uow, request, S.DENIED, actor="bob")


@pytest.mark.parametrize("reason", list(DenialReason))
def test_a_denial_gives_the_reason_and_how_to_complain(desk: Desk, reason: DenialReason) -> None:
    ada = colleague(desk, "ada")
    request = filed(desk, desk.fresh(desk.signed_in()), ProposalKind.REPORT_CHILD)
    denied = desk.services.casework.decisions.deny(ada, request.reference, reason, "We looked twice.").request
    assert (denied.state, denied.reason) == (S.DENIED, reason.value)
    (mail,) = desk.mails("request_denied")
    assert mail["values"]["because"]
    assert mail["values"]["explanation"] == "We looked twice."


def test_another_reason_has_to_be_said(desk: Desk) -> None:
    request = filed(desk, desk.fresh(desk.signed_in()), ProposalKind.REPORT_CHILD)
    with pytest.raises(InvalidInput, match="told why"):
        desk.services.casework.decisions.deny(colleague(desk, "ada"), request.reference, DenialReason.OTHER, " ")
    assert stored(desk, request.reference).state is S.IN_REVIEW


def test_an_extension_is_possible_once_and_in_time(desk: Desk) -> None:
    decisions, ada = desk.services.casework.decisions, colleague(desk, "ada")
    request = filed(desk, desk.fresh(desk.signed_in()), ProposalKind.REPORT_CHILD)
    longer = decisions.extend(ada, request.reference, "It takes a colleague abroad.").request
    assert longer.due_at == desk.services.casework.register.calendar.extended(request.regime, request.received_at)
    with pytest.raises(InvalidInput, match="possible once"):
        decisions.extend(ada, request.reference, "again")
    late = filed(desk, desk.fresh(desk.signed_in("ben")), ProposalKind.REPORT_CHILD)
    desk.clock.advance(timedelta(days=40))
    with pytest.raises(InvalidInput, match="deadline is over"):
        decisions.extend(ada, late.reference, "too late")
    assert len(desk.mails("request_extended")) == 1


def test_a_held_request_waits_and_goes_on(desk: Desk) -> None:
    decisions, ada = desk.services.casework.decisions, colleague(desk, "ada")
    request = filed(desk, desk.fresh(desk.signed_in()), ProposalKind.DELETE_ACCOUNT)
    held = decisions.hold(ada, request.reference, HoldReason.LEGAL, "A court asked us to keep it.").request
    assert (held.state, held.scheduled_for) == (S.ON_HOLD, None)
    resumed = decisions.resume(ada, request.reference).request
    assert resumed.state is S.SCHEDULED
    assert resumed.due_at == request.due_at, "only a doubt about who asks can stop a clock"


def test_every_version_of_a_request_has_its_audit_row(four_eyes: Desk) -> None:
    desk, decisions = four_eyes, four_eyes.services.casework.decisions
    request = filed(desk, desk.fresh(desk.signed_in()), ProposalKind.DELETE_ACCOUNT)
    decisions.approve(colleague(desk, "ada"), request.reference)
    decisions.hold(colleague(desk, "bob"), request.reference, HoldReason.IDENTITY, "Please send us a word.")
    decisions.resume(colleague(desk, "eve"), request.reference)
    final = decisions.cancel(colleague(desk, "dan"), request.reference, "Asked by phone.").request
    with desk.transactions() as uow:
        rows = [entry for _, entry, _ in uow.audit.rows() if entry.details.get("reference") == request.reference]
    assert len(rows) == final.version
    assert rows[-1].actor == "dan"


def test_the_preview_counts_nothing_for_somebody_nobody_knows(desk: Desk) -> None:
    step = begin(desk, desk.open(), ProposalKind.PREVIEW_DELETION)
    assert isinstance(step, Done)
    assert all(held["count"] is None for held in step.facts["gone"])
    assert not everything(desk)


def test_a_rehearsal_shows_the_letter_and_leaves_no_trace(desk: Desk) -> None:
    request = filed(desk, desk.fresh(desk.signed_in()), ProposalKind.REPORT_CHILD)
    before = desk.tags()
    ada, rehearsal = colleague(desk, "ada"), desk.services.casework.decisions.rehearsal()
    letter = rehearsal.deny(ada, request.reference, DenialReason.NO_MATCH, "No account has that name.").letter
    assert letter is not None
    assert letter["values"]["explanation"] == "No account has that name."
    assert stored(desk, request.reference) == request
    assert desk.tags() == before
    assert not desk.mails("request_denied")
