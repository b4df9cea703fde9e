"""Taking over, looking up, notes, cases: what agents do, and the rows it leaves."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.console import QueueFilter, Show
from bot.domain.errors import AlreadyTaken, InvalidInput, NotFound
from bot.domain.identity import Conversation
from bot.domain.messages import Delivery, Reply, Sender
from bot.domain.passages import Outcome
from bot.domain.requests import PrivacyRequest, RequestState
from bot.domain.staff import Role, StaffMember
from bot.services.console.queue import MAX_NOTE
from bot.services.console.trail import TrailFilter
from tests.fakes_requests import a_request
from tests.services.conftest import Desk

WEAK = Reply("The policy does not say.", card={"type": "answer", "outcome": "not_in_policy"})


def member(desk: Desk, name: str, role: Role = Role.AGENT) -> StaffMember:
    desk.services.console.staff.add(f"{name.lower()}@desk.example", f"{name} Smith", role)
    with desk.transactions() as uow:
        found = uow.staff.by_email(f"{name.lower()}@desk.example")
    assert found is not None
    return found


@pytest.fixture
def ada(desk: Desk) -> StaffMember:
    return member(desk, "Ada")


def file(desk: Desk, conversation: Conversation, number: int, due_in_days: int, **changes: Any) -> PrivacyRequest:
    now = desk.clock.now()
    facts = {"account_id": "anna", "conversation_id": conversation.id, "due_at": now + timedelta(days=due_in_days)}
    request = a_request(f"r{number}", now, reference=f"REQ-AAAAA-0000{number}", **{**facts, **changes})
    with desk.transactions() as uow:
        uow.requests.add(request)
        uow.commit()
    return request


async def test_while_a_person_speaks_the_assistant_is_quiet(desk: Desk, ada: StaffMember) -> None:
    takeovers, conversation = desk.services.console.takeovers, desk.signed_in()
    (joined,) = takeovers.take(ada, conversation.id)
    assert joined.sender is Sender.STAFF and joined.text.startswith("Ada from")
    before = len(desk.bot.turns)
    turn = await desk.services.turns.say(conversation, "c1", "is anybody there?")
    assert not turn.failed and [message.delivery for message in turn.messages] == [Delivery.ANSWERED]
    assert await desk.services.turns.press(conversation, "c2", "Yes", "/affirm")
    assert (await desk.services.turns.resume(conversation)).messages == ()
    assert len(desk.bot.turns) == before
    takeovers.reply(ada, conversation.id, "r1", "Yes, me.")
    takeovers.give_back(ada, conversation.id)
    turn = await desk.services.turns.say(conversation, "c3", "and now?")
    assert turn.messages[-1].sender is Sender.BOT
    said = [message.card["type"] for message in desk.services.turns.history(conversation, 0) if message.card]
    assert said == ["joined", "person", "left"]
    assert desk.tags()[-3:] == ["conversation:take_over", "conversation:staff_reply", "conversation:give_back"]


async def test_a_message_that_failed_before_arrives_with_the_person(desk: Desk, ada: StaffMember) -> None:
    conversation = desk.open()
    desk.bot.down = True
    assert (await desk.services.turns.say(conversation, "c1", "hello?")).failed
    desk.services.console.takeovers.take(ada, conversation.id)
    again = await desk.services.turns.say(conversation, "c1", "hello?")
    assert not again.failed and again.messages[0].delivery is Delivery.ANSWERED


def test_one_person_at_a_time(desk: Desk, ada: StaffMember) -> None:
    takeovers, ben, conversation = desk.services.console.takeovers, member(desk, "Ben"), desk.open()
    with pytest.raises(InvalidInput):
        takeovers.reply(ada, conversation.id, "r", "too early")
    takeovers.take(ada, conversation.id)
    assert takeovers.take(ada, conversation.id) == ()
    for attempt in (
        lambda: takeovers.take(ben, conversation.id),
        lambda: takeovers.reply(ben, conversation.id, "r", "me too"),
        lambda: takeovers.give_back(ben, conversation.id),
    ):
        with pytest.raises(AlreadyTaken) as refused:
            attempt()
        assert refused.value.name == "Ada"


def test_a_mail_conversation_is_not_taken_over(desk: Desk, ada: StaffMember) -> None:
    with pytest.raises(InvalidInput):
        desk.services.console.takeovers.take(ada, desk.services.identity.open("mail").id)


def test_a_reply_sent_twice_is_said_once(desk: Desk, ada: StaffMember) -> None:
    takeovers, conversation = desk.services.console.takeovers, desk.open()
    takeovers.take(ada, conversation.id)
    first = takeovers.reply(ada, conversation.id, "r1", "Hello.")
    assert takeovers.reply(ada, conversation.id, "r1", "Hello.") == first


def test_taking_over_ends_the_wait_and_giving_back_lets_ask_again(desk: Desk, ada: StaffMember) -> None:
    console, conversation = desk.services.console, desk.open()
    assert desk.services.handoff.ask(conversation.id) and not desk.services.handoff.ask(conversation.id)
    assert len(console.inbox.page(ada, Show.WAITING, None)) == 1
    desk.clock.advance(timedelta(minutes=4))
    console.takeovers.take(ada, conversation.id)
    assert not console.inbox.page(ada, Show.WAITING, None) and len(console.inbox.page(ada, Show.TAKEN, None)) == 1
    console.takeovers.give_back(ada, conversation.id)
    assert desk.services.handoff.ask(conversation.id)
    assert len(desk.mails("handoff")) == 2
    numbers = console.figures.numbers()
    assert numbers.waits == (240.0,) and numbers.handed_over == 1


@pytest.mark.parametrize("text", ["anna@example.com", "what does anna@example.com share?", "ANNA@example.com"])
def test_an_address_opens_the_person_and_leaves_a_row(desk: Desk, ada: StaffMember, text: str) -> None:
    found = desk.services.console.lookup.find(ada, text)
    assert found.person is not None and found.person.account.id == "anna"
    assert [setting.key for setting in found.person.shared if setting.key.startswith("facebook")] == ["facebook_advice"]
    assert desk.tags()[-2:] == ["console:lookup", "console:view_person"]
    with desk.transactions() as uow:
        rows = uow.audit.rows()
    assert rows[-1][1].actor == ada.id and rows[-1][1].subject == desk.hasher.subject("anna")


@pytest.mark.parametrize("text", ["REQ-AAAAA-00001", "status of req-aaaaa-00001 please"])
def test_a_request_number_opens_its_person(desk: Desk, ada: StaffMember, text: str) -> None:
    file(desk, desk.signed_in(), 1, 30)
    found = desk.services.console.lookup.find(ada, text)
    assert found.reference == "REQ-AAAAA-00001" and found.person is not None


@pytest.mark.parametrize("text", ["REQ-ZZZZZ-ZZZZZ", "nobody@example.com"])
def test_what_nobody_has_is_said_so(desk: Desk, ada: StaffMember, text: str) -> None:
    assert desk.services.console.lookup.find(ada, text).missing == text


def test_a_question_gives_passages_and_a_draft_with_its_source(desk: Desk, ada: StaffMember) -> None:
    found = desk.services.console.lookup.find(ada, "telephone numbers sold?")
    assert found.answers[0].outcome is Outcome.ANSWERED
    assert "“We do not sell, rent or trade telephone numbers.”" in found.draft
    assert "2. Sharing" in found.draft and "in force since 18 March 2015" in found.draft


@pytest.mark.parametrize("text", ["", "asdf", "¿ ¡", "\x00\ud800", "%_'; DROP TABLE accounts --", "x" * 100_000])
def test_nonsense_finds_nothing_and_harms_nothing(desk: Desk, ada: StaffMember, text: str) -> None:
    found = desk.services.console.lookup.find(ada, text)
    assert not found.person and not found.names and not found.draft


def test_names_and_overdue(desk: Desk, ada: StaffMember) -> None:
    lookup, conversation = desk.services.console.lookup, desk.open()
    assert [person.id for person in lookup.find(ada, "anna").names] == ["anna"]
    file(desk, conversation, 1, 3)
    file(desk, conversation, 2, -2)
    overdue = lookup.find(ada, "overdue deletions").overdue
    assert overdue is not None and [row.request.id for row in overdue] == ["r2"]
    assert overdue[0].days_left(desk.clock.now()) == -2


def test_the_queue_has_what_is_due_first_on_top(desk: Desk, ada: StaffMember) -> None:
    queue, conversation = desk.services.console.queue, desk.open()
    for number, days in enumerate((9, -1, 4), 1):
        file(desk, conversation, number, days)
    file(desk, conversation, 4, -9, state=RequestState.REVOKED)
    assert [row.request.id for row in queue.page(ada, QueueFilter(), None)] == ["r2", "r3", "r1"]
    everything = queue.page(ada, QueueFilter(open_only=False), None)
    assert [row.request.id for row in everything] == ["r4", "r2", "r3", "r1"]
    assert [r.request.id for r in queue.page(ada, QueueFilter(), everything[1].position)] == ["r3", "r1"]


def test_notes_stay_with_the_request(desk: Desk, ada: StaffMember) -> None:
    queue = desk.services.console.queue
    reference = file(desk, desk.open(), 1, 9).reference
    queue.note(ada, reference, " Called back, <b>no</b> answer. ")
    assert [note.text for note in queue.open(ada, reference).notes] == ["Called back, <b>no</b> answer."]
    for text in ("", "x" * (MAX_NOTE + 1)):
        with pytest.raises(InvalidInput):
            queue.note(ada, reference, text)
    with pytest.raises(NotFound):
        queue.note(ada, "REQ-ZZZZZ-ZZZZZ", "hello")


def test_a_cell_of_the_csv_is_never_a_formula(desk: Desk, ada: StaffMember) -> None:
    anna = desk.account()
    with desk.transactions() as uow:
        uow.accounts.save(replace(anna, email="=cmd|calc!a0@example.com"))
        uow.commit()
    file(desk, desk.open(), 1, 9)
    text = desk.services.console.queue.as_csv(ada, QueueFilter())
    assert "'=cmd|calc!a0@example.com" in text and ",=cmd" not in text
    assert desk.tags()[-1] == "console:export_list"


async def test_a_weak_answer_becomes_a_case_once(desk: Desk, ada: StaffMember) -> None:
    conversation, quality = desk.open(), desk.services.console.quality
    desk.bot.replies["do you keep my horse?"] = (WEAK,)
    await desk.services.turns.say(conversation, "c1", "do you keep my horse?")
    (row,) = quality.page(ada, None)
    assert row.question == "do you keep my horse?"
    given = (row.given.conversation_id, row.given.seq)
    with pytest.raises(InvalidInput):
        quality.keep(ada, *given, " ", "not_in_policy")
    assert quality.keep(ada, *given, "do you keep horses?", "not_in_policy")
    assert not quality.keep(ada, *given, "do you keep horses?", "not_in_policy")
    assert not quality.drop(ada, *given)
    assert [(case["question"], case["kind"]) for case in desk.cases.cases] == [("do you keep horses?", "not_in_policy")]
    assert not quality.page(ada, None)


def test_the_auditor_sees_who_did_what_and_that_the_chain_is_whole(desk: Desk, ada: StaffMember) -> None:
    trail, auditor = desk.services.console.trail, member(desk, "Oskar", Role.AUDITOR)
    desk.services.console.lookup.find(ada, "anna@example.com")
    rows = trail.page(TrailFilter(person="anna@example.com"), None)
    assert [(entry.tag.value, entry.actor) for _, entry, _ in rows] == [("console:view_person", ada.id)]
    assert trail.names()[ada.id] == "Ada Smith"
    checked = trail.check(auditor)
    assert checked.broken is None and checked.rows == len(desk.tags()) - 1
