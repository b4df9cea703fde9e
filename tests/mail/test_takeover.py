"""A person of ours in a mail thread: the assistant is quiet, replies are mails, and both changes are said."""

from __future__ import annotations

import pytest

from bot.domain.errors import InvalidInput
from bot.domain.mail import THREAD_CAP, MailState
from bot.domain.messages import MAX_TEXT, Message, Sender
from bot.domain.staff import Role, StaffMember
from tests.mail.conftest import Post
from tests.mail.eml.case import QUESTION


@pytest.fixture
def ada(post: Post) -> StaffMember:
    post.services.console.staff.add("ada@desk.example", "Ada Lovelace", Role.AGENT)
    with post.transactions() as uow:
        found = uow.staff.by_email("ada@desk.example")
    assert found is not None
    return found


def conversation(post: Post) -> str:
    return next(iter(post.transactions.data.threads.values())).conversation_id


def heard(post: Post) -> list[Message]:
    """What the person said, as the console shows it."""
    with post.transactions() as uow:
        return [said for said in uow.messages.after(conversation(post), 0) if said.sender is Sender.PERSON]


async def test_mail_works_both_ways_while_a_person_has_the_thread(post: Post, ada: StaffMember) -> None:
    (answer,) = await post.writes(QUESTION, Subject="My phone", References="<r@x>")
    takeovers = post.services.console.takeovers
    takeovers.take(ada, conversation(post))
    await post.work()
    assert len(post.mailer.sent) == 1, "joining alone sends nothing"

    before = len(post.bot.heard)
    assert await post.writes("Is a person there?\n\nAnna\n\nOn 2 Mar 2026, Desk wrote:\n> x", answer) == []
    assert len(post.bot.heard) == before
    assert "Is a person there?" in heard(post)[-1].text and "wrote:" not in heard(post)[-1].text
    assert post.states() == {MailState.ANSWERED: 1, MailState.PASSED_ON: 1}

    takeovers.reply(ada, conversation(post), "r1", "Yes, <b>me</b>.")
    takeovers.reply(ada, conversation(post), "r2", "What can I do?")
    await post.work()
    first, second = post.mailer.sent[1:]
    headers = post.headers(first)
    assert (headers["In-Reply-To"], headers["References"].split()[-1]) == ("<w2@example.com>", "<w2@example.com>")
    assert (first.to, headers["Subject"]) == ("anna@example.com", "Re: My phone")
    assert post.desk.gate.addresses.thread(headers["Reply-To"]) is not None
    assert headers["Auto-Submitted"] is None, "a person wrote it"
    assert "Ada from Outsource.com has joined" in first.text and "Yes, <b>me</b>." in first.text
    assert "<b>" not in first.letter.html and "&lt;b&gt;" in first.letter.html
    assert "has joined" not in second.text and "What can I do?" in second.text and "Ada, Outsource.com" in second.text

    assert await post.writes("Call me.", second) == []
    takeovers.give_back(ada, conversation(post))
    await post.work()
    left = post.mailer.sent[-1]
    assert "Ada has left" in left.text and post.headers(left)["In-Reply-To"] == "<w3@example.com>"
    (again,) = await post.writes(QUESTION, left)
    assert "(2. Use)" in again.text


async def test_who_neither_heard_nor_said_anything_gets_no_mail_about_it(post: Post, ada: StaffMember) -> None:
    await post.writes(QUESTION)
    post.later(minutes=5)
    post.services.console.takeovers.take(ada, conversation(post))
    post.services.console.takeovers.give_back(ada, conversation(post))
    await post.work()
    assert len(post.mailer.sent) == 1


async def test_who_wrote_and_got_no_reply_is_told_that_the_assistant_is_back(post: Post, ada: StaffMember) -> None:
    (answer,) = await post.writes(QUESTION)
    post.services.console.takeovers.take(ada, conversation(post))
    await post.writes("Hello?", answer)
    post.services.console.takeovers.give_back(ada, conversation(post))
    await post.work()
    assert "Is something still open?" in post.mailer.sent[-1].text


async def test_a_code_is_checked_and_masked_and_never_shown(post: Post, ada: StaffMember) -> None:
    sent = await post.writes("Show me my settings")
    code = post.code()
    post.services.console.takeovers.take(ada, conversation(post))
    assert await post.writes(f"Here you are:\n{code}\n\nAnna", sent[-1]) == []
    await post.writes("Also, 654321", sent[-1])
    with post.transactions() as uow:
        said = uow.messages.after(conversation(post), 0)
        proved = uow.conversations.get(conversation(post))
    assert proved is not None and proved.mailbox == "anna@example.com"
    assert "Thank you, that code is right." in [message.text for message in said]
    assert not any(code in message.text or "654321" in message.text for message in said)
    assert "Here you are:" in " ".join(message.text for message in said)


async def test_a_person_is_not_held_to_what_a_program_may_send(post: Post, ada: StaffMember) -> None:
    (answer,) = await post.writes(QUESTION)
    post.services.console.takeovers.take(ada, conversation(post))
    for number in range(THREAD_CAP + 3):
        await post.writes(f"Line {number}", answer)
    assert post.states()[MailState.PASSED_ON] == THREAD_CAP + 3


async def test_a_long_mail_and_one_without_words_arrive(post: Post, ada: StaffMember) -> None:
    (answer,) = await post.writes(QUESTION)
    post.services.console.takeovers.take(ada, conversation(post))
    post.later(minutes=1)
    await post.writes("word " * MAX_TEXT, answer)
    assert len(heard(post)) >= 6 and all(len(said.text) <= MAX_TEXT for said in heard(post))
    await post.writes("-- ", answer)
    assert post.states()[MailState.PASSED_ON] == 2


async def test_nobody_writes_to_an_address_that_is_dead(post: Post, ada: StaffMember) -> None:
    await post.writes(QUESTION)
    takeovers = post.services.console.takeovers
    takeovers.take(ada, conversation(post))
    with post.transactions() as uow:
        uow.suppressions.add("anna@example.com", "5.1.1", post.clock.now())
        uow.commit()
    with pytest.raises(InvalidInput, match="does not arrive"):
        takeovers.reply(ada, conversation(post), "r1", "Hello?")
    takeovers.give_back(ada, conversation(post))
