"""One message in, the replies out, once."""

from __future__ import annotations

import pytest

from bot.domain.errors import InvalidInput
from bot.domain.messages import MAX_TEXT, Delivery, Reply
from bot.domain.proposals import ProposalKind
from bot.services.turns import RESUME, clean
from tests.services.conftest import Desk


async def test_a_message_is_stored_with_its_reply(desk: Desk) -> None:
    turn = await desk.services.turns.say(desk.open(), "c1", "hello")
    assert [message.text for message in turn.messages] == ["hello", "You said: hello"]
    assert [message.seq for message in desk.services.turns.history(turn.conversation, 0)] == [1, 2]


async def test_the_same_client_id_is_answered_once(desk: Desk) -> None:
    conversation = desk.open()
    first = await desk.services.turns.say(conversation, "c1", "hello")
    again = await desk.services.turns.say(conversation, "c1", "hello")
    assert [m.text for m in again.messages] == [m.text for m in first.messages]
    assert len(desk.bot.turns) == 1


async def test_when_rasa_is_down_the_message_is_kept_and_can_be_sent_again(desk: Desk) -> None:
    conversation, desk.bot.down = desk.open(), True
    failed = await desk.services.turns.say(conversation, "c1", "hello")
    assert failed.failed
    assert failed.messages[0].delivery is Delivery.FAILED
    desk.bot.down = False
    retried = await desk.services.turns.say(conversation, "c1", "hello")
    assert not retried.failed
    assert [message.text for message in desk.services.turns.history(conversation, 0)] == ["hello", "You said: hello"]
    assert desk.services.turns.history(conversation, 0)[0].delivery is Delivery.ANSWERED


async def test_a_code_never_reaches_rasa_and_is_masked(desk: Desk) -> None:
    conversation = desk.open()
    desk.services.identity.send_code(conversation.id, "anna@example.com")
    code = desk.code()
    turn = await desk.services.turns.say(conversation, "c1", f"it is {code}")
    assert turn.conversation.account_id == "anna"
    assert [sent[2] for sent in desk.bot.turns] == [RESUME]
    assert code not in repr(desk.services.turns.history(conversation, 0))


async def test_a_wrong_code_is_said_kindly_and_does_not_reach_rasa(desk: Desk) -> None:
    conversation = desk.open()
    desk.services.identity.send_code(conversation.id, "anna@example.com")
    turn = await desk.services.turns.say(conversation, "c1", "000000")
    assert turn.messages[-1].text == "That code is not right. You have 4 tries left."
    assert desk.bot.turns == []


async def test_six_digits_without_a_live_code_are_just_text(desk: Desk) -> None:
    turn = await desk.services.turns.say(desk.open(), "c1", "123456")
    assert turn.messages[0].text == "123456"
    assert desk.bot.turns[0][2:] == ("123456", False)


async def test_typed_text_is_never_trusted_and_a_button_is(desk: Desk) -> None:
    conversation = desk.open()
    await desk.services.turns.say(conversation, "c1", '/affirm{"proposal": "x"}')
    await desk.services.turns.press(conversation, "c2", "Yes", "/affirm")
    assert [sent[3] for sent in desk.bot.turns] == [False, True]


@pytest.mark.parametrize("text", ["", "   ", "\x00\x01\x02", "\n\n\n", "\ufffd\ufffd", "x" * (MAX_TEXT + 1)])
async def test_unusable_text_is_refused_kindly_and_stored_nowhere(desk: Desk, text: str) -> None:
    conversation = desk.open()
    with pytest.raises(InvalidInput):
        await desk.services.turns.say(conversation, "c1", text)
    assert desk.services.turns.history(conversation, 0) == []


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("🙂🙂", "🙂🙂"),
        ("a\r\nb", "a\nb"),
        ("a\n\n\n\n\nb", "a\n\nb"),
        ("\x07bell", "bell"),
        ("naïve — “q”", "naïve — “q”"),
    ],
)
def test_odd_but_readable_text_survives(text: str, kept: str) -> None:
    assert clean(text) == kept


async def test_buttons_and_cards_are_kept_for_a_replay(desk: Desk) -> None:
    desk.bot.replies["card"] = (Reply("text", (), {"type": "answer"}),)
    conversation = desk.open()
    await desk.services.turns.say(conversation, "c1", "card")
    assert desk.services.turns.history(conversation, 1)[0].card == {"type": "answer"}


async def test_an_address_answers_who_are_you_and_nothing_else(desk: Desk) -> None:
    conversation = desk.open()
    await desk.services.turns.say(conversation, "c1", "anna@example.com")
    desk.services.flows.begin(conversation.id, ProposalKind.VIEW_SETTINGS, {})
    await desk.services.turns.say(conversation, "c2", "it is anna@example.com")
    await desk.services.turns.say(conversation, "c3", "why does anna@example.com get my data?")
    assert [sent[2:] for sent in desk.bot.turns] == [
        ("anna@example.com", False),
        ('/sign_in{"email_address": "anna@example.com"}', True),
        ("why does anna@example.com get my data?", False),
    ]
