"""What a person of ours does with held mail, dead letters and blocked addresses, and what comes of it."""

from __future__ import annotations

import pytest

from bot.domain.errors import InvalidInput, NotFound
from bot.domain.mail import THREAD_CAP, MailState
from bot.domain.staff import Role, StaffMember
from tests.mail.conftest import Post
from tests.mail.eml import machines
from tests.mail.eml.case import AUTHSERV, QUESTION

FAILED = f"{AUTHSERV}; dmarc=fail header.from=example.com"


@pytest.fixture
def eva(post: Post) -> StaffMember:
    post.services.console.staff.add("eva@desk.example", "Eva Super", Role.SUPERVISOR)
    with post.transactions() as uow:
        found = uow.staff.by_email("eva@desk.example")
    assert found is not None
    return found


def tags(post: Post) -> list[str]:
    return [entry.tag.value for _, entry, _ in post.transactions.data.audit]


async def test_a_mail_that_is_let_through_is_answered_once(post: Post, eva: StaffMember) -> None:
    await post.writes(QUESTION, Authentication_Results=FAILED)
    room = post.services.console.post
    (row,) = room.held(eva, MailState.HELD, None)
    assert (row.sender, row.reason) == ("anna@example.com", "the sender's domain disowns it (DMARC)")
    opened = await room.open(eva, row.id)
    assert opened.mail is not None and QUESTION in opened.mail.text
    room.release(eva, row.id)
    with pytest.raises(InvalidInput, match="dealt with"):
        room.release(eva, row.id)
    await post.work()
    assert [sent.to for sent in post.mailer.sent if sent.to == "anna@example.com"] == ["anna@example.com"]
    assert post.states() == {MailState.ANSWERED: 1}
    assert tags(post)[-3:] == ["console:view_list", "mail:view", "mail:release"]


async def test_somebody_else_in_a_thread_gets_a_thread_of_their_own(post: Post, eva: StaffMember) -> None:
    (first,) = await post.writes(QUESTION)
    await post.writes("Who sees it?", first, From="eve@example.com")
    (row,) = post.services.console.post.held(eva, MailState.HELD, None)
    post.services.console.post.release(eva, row.id)
    await post.work()
    assert post.mailer.sent[-1].to == "eve@example.com"
    assert len({thread.sender for thread in post.transactions.data.threads.values()}) == 2


async def test_a_loop_is_in_quarantine_and_can_be_let_out_one_mail_at_a_time(post: Post, eva: StaffMember) -> None:
    (answer,) = await post.writes(QUESTION)
    for _ in range(THREAD_CAP + 2):
        sent = [mail for mail in await post.writes(QUESTION, answer) if mail.to == "anna@example.com"]
        answer = sent[0] if sent else answer
    rows = post.services.console.post.held(eva, MailState.LOOPED, None)
    assert len(rows) == 3 and rows[0].reason == "this thread had all answers of a day"
    post.services.console.post.release(eva, rows[0].id)
    await post.work()
    assert post.states() == {MailState.ANSWERED: THREAD_CAP + 1, MailState.LOOPED: 2}


async def test_a_delivery_report_stays_unanswered_whoever_lets_it_through(post: Post, eva: StaffMember) -> None:
    bounce = next(case.raw for case in machines.CASES if case.name == "bounce-no-such-user")
    await post.arrives(bounce, "")
    (row,) = post.services.console.post.held(eva, MailState.IGNORED, None)
    post.services.console.post.release(eva, row.id)
    await post.work()
    assert post.states() == {MailState.IGNORED: 1} and post.mailer.sent == []


async def test_without_a_sender_there_is_nobody_to_answer(post: Post, eva: StaffMember) -> None:
    await post.writes("Hello?", From="a@example.com, b@example.com")
    (row,) = post.services.console.post.held(eva, MailState.HELD, None)
    with pytest.raises(InvalidInput, match="nobody to answer"):
        post.services.console.post.release(eva, row.id)


async def test_what_is_thrown_away_is_gone_and_does_not_come_back(post: Post, eva: StaffMember) -> None:
    await post.writes(QUESTION, Authentication_Results=FAILED)
    room = post.services.console.post
    (row,) = room.held(eva, MailState.HELD, None)
    room.discard(eva, row.id)
    assert post.transactions.data.mails[0].mail.raw == b"" and tags(post)[-1] == "mail:discard"
    with pytest.raises(InvalidInput, match="dealt with"):
        await room.open(eva, row.id)
    with pytest.raises(NotFound):
        await room.open(eva, 99)


async def test_what_cannot_be_read_is_shown_as_it_came(post: Post, eva: StaffMember) -> None:
    raw = b"From: anna@example.com\n" + b"X: y\n" * 400_000 + b"\nHello"
    await post.arrives(raw)
    (row,) = post.services.console.post.held(eva, MailState.DEAD, None)
    opened = await post.services.console.post.open(eva, row.id)
    assert opened.mail is None and opened.raw.startswith("From: anna@example.com")


async def test_sending_that_was_given_up_is_tried_again_or_forgotten(post: Post, eva: StaffMember) -> None:
    post.mailer.refused.add("anna@example.com")
    await post.writes(QUESTION)
    await post.writes(QUESTION)
    room = post.services.console.post
    newer, older = room.buried(eva, None)
    assert (newer.item.payload["to"], newer.error) == ("anna@example.com", "refused")
    post.mailer.refused.clear()
    room.retry(eva, older.item.id)
    room.forget(eva, newer.item.id)
    for act in (room.retry, room.forget):
        with pytest.raises(InvalidInput, match="dealt with"):
            act(eva, newer.item.id)
    await post.work()
    assert [sent.to for sent in post.mailer.sent] == ["anna@example.com"]
    assert tags(post)[-2:] == ["outbox:retry", "outbox:discard"]


async def test_a_blocked_address_is_used_again(post: Post, eva: StaffMember) -> None:
    with post.transactions() as uow:
        uow.suppressions.add("anna@example.com", "5.1.1", post.clock.now())
        uow.commit()
    room = post.services.console.post
    assert [row.address for row in room.blocked(eva, "")] == ["anna@example.com"]
    room.allow(eva, " Anna@Example.com ")
    assert room.blocked(eva, "") == []
    with pytest.raises(InvalidInput):
        room.allow(eva, "anna@example.com")
    assert [mail.to for mail in await post.writes(QUESTION)] == ["anna@example.com"]
