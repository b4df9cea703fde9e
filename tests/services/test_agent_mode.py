"""A member of staff and the assistant: what it understands, what it refuses, and what it keeps."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.desk_asks import Aspect, DeskAsk, ask_of, aspect_of
from bot.domain.errors import InvalidInput, NotFound
from bot.domain.messages import Sender
from bot.domain.requests import RequestState
from bot.domain.staff import StaffMember
from tests.services.conftest import Desk
from tests.services.test_console_desk import file, member


@pytest.fixture
def ada(desk: Desk) -> StaffMember:
    return member(desk, "Ada")


@pytest.mark.parametrize(
    ("text", "ask"),
    [
        ("hello", DeskAsk.HELP),
        ("What can you do?", DeskAsk.HELP),
        ("Delete the account of anna@example.com", DeskAsk.ACT),
        ("please turn the newsletter off for her", DeskAsk.ACT),
        ("Could you approve REQ-AAAAA-00001?", DeskAsk.ACT),
        ("change anna@example.com to anna@example.org", DeskAsk.ACT),
        ("send him a code", DeskAsk.ACT),
        ("how do I delete an account?", DeskAsk.LOOK_UP),
        ("Does deleting my account remove everything?", DeskAsk.LOOK_UP),
        ("e-mail addresses sold?", DeskAsk.LOOK_UP),
        ("what does this address share?", DeskAsk.SAME_PERSON),
        ("their requests", DeskAsk.SAME_PERSON),
        ("which settings do they have on", DeskAsk.SAME_PERSON),
        ("what does anna@example.com share?", DeskAsk.LOOK_UP),
        ("do they sell phone numbers?", DeskAsk.LOOK_UP),
        ("overdue deletions", DeskAsk.LOOK_UP),
        ("", DeskAsk.LOOK_UP),
        ("🦄" * 50, DeskAsk.LOOK_UP),
    ],
)
def test_what_is_meant(text: str, ask: DeskAsk) -> None:
    assert ask_of(text) is ask


def test_which_part_of_a_person_is_meant() -> None:
    asked = ("what does she share", "their requests", "which settings", "open the card")
    assert [aspect_of(text) for text in asked] == [Aspect.SHARES, Aspect.REQUESTS, Aspect.SETTINGS, Aspect.ALL]


def test_it_answers_from_the_policy_and_knows_requests_and_people(desk: Desk, ada: StaffMember) -> None:
    conversation, assistant = desk.signed_in(), desk.services.console.assistant
    request = file(desk, conversation, 1, -3)
    policy = assistant.ask(ada, "a1", "Telephone numbers sold?")
    assert policy.found is not None and policy.found.answers[0].quotes
    status = assistant.ask(ada, "a2", f"status of {request.reference}")
    assert status.found is not None and status.found.reference == request.reference
    shares = assistant.ask(ada, "a3", "what does anna@example.com share?")
    assert shares.found is not None and shares.found.person is not None
    assert shares.aspect is Aspect.SHARES and shares.found.person.shared
    again = assistant.ask(ada, "a4", "and their requests?")
    assert again.found is not None and again.found.person is not None
    assert [r.state for r in again.found.person.requests] == [RequestState.ACKNOWLEDGED]
    late = assistant.ask(ada, "a5", "overdue deletions")
    assert late.found is not None and late.found.overdue is not None and len(late.found.overdue) == 1
    assert len(desk.bot.turns) == 0, "Rasa never hears of it"
    assert desk.tags().count("console:view_person") == 3


def test_it_keeps_no_word_about_anybody(desk: Desk, ada: StaffMember) -> None:
    assistant = desk.services.console.assistant
    for number, text in enumerate(("what does anna@example.com share?", "anna", "nobody@example.com")):
        assistant.ask(ada, f"a{number}", text)
    said = assistant.history(ada)
    words = " ".join(message.text for message in said).lower()
    assert "anna" not in words and "nobody@" not in words
    assert [message.sender for message in said[:2]] == [Sender.STAFF, Sender.BOT]
    assert said[1].card == {"type": "person", "account": "anna", "reference": ""}


@pytest.mark.parametrize("text", ["Delete anna@example.com", "turn the newsletter off for them"])
def test_it_refuses_to_act_for_anybody(desk: Desk, ada: StaffMember, text: str) -> None:
    before = len(desk.tags())
    assert desk.services.console.assistant.ask(ada, "a1", text).found is None
    (_, refusal) = desk.services.console.assistant.history(ada)
    assert "I know you as Ada, not as the person" in refusal.text
    assert desk.tags()[before:] == []
    assert desk.account().email == "anna@example.com"


def test_about_whom_must_have_been_said(desk: Desk, ada: StaffMember) -> None:
    assistant = desk.services.console.assistant
    assistant.ask(ada, "a1", "what does this address share?")
    assert assistant.history(ada)[-1].text.startswith("I do not know whom you mean.")


def test_a_question_sent_twice_is_answered_once(desk: Desk, ada: StaffMember) -> None:
    assistant = desk.services.console.assistant
    for _ in range(2):
        assistant.ask(ada, "a1", "hello")
    assert len(assistant.history(ada)) == 2
    for ask_id, text in (("", "hello"), ("x" * 65, "hello"), ("a2", "  ")):
        with pytest.raises(InvalidInput):
            assistant.ask(ada, ask_id, text)


def test_each_has_a_conversation_of_their_own_that_nobody_takes_over(desk: Desk, ada: StaffMember) -> None:
    console, ben = desk.services.console, member(desk, "Ben")
    console.assistant.ask(ada, "a1", "tulips")
    assert console.assistant.history(ben) == []
    desk.clock.advance(timedelta(minutes=1))
    own = next(c.id for c in desk.transactions.data.conversations.values() if c.channel == "console")
    with pytest.raises(InvalidInput, match="colleague"):
        console.takeovers.take(ben, own)
    with pytest.raises(NotFound):
        console.inbox.open(ben, own)
    assert console.inbox.said(ben, "tulips") == []
    assert desk.tags()[-1] == "console:view_list"
