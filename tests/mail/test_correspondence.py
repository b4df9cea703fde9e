"""A mail in, one answer out, in its thread; and every way in which that must not happen."""

from __future__ import annotations

import pytest

from bot.domain.mail import SENDER_CAP, THREAD_CAP, MailState
from tests.fakes_world import Posted
from tests.mail.conftest import Post
from tests.mail.eml import machines
from tests.mail.eml.case import AUTHSERV, OWN, QUESTION, Case, mail

FAILED = f"{AUTHSERV}; dmarc=fail header.from=example.com"
PASSED = f"{AUTHSERV}; dmarc=pass header.from=example.com"


async def test_each_question_is_answered_in_the_order_it_was_asked(post: Post) -> None:
    (answer,) = await post.writes(f"Hi,\n\n{QUESTION} Who sees my e-mail?\n\nPlease explain cookies.\n\nThanks,\nAnna")
    asked = [QUESTION, "Who sees my e-mail?", "Please explain cookies."]
    assert post.bot.heard == asked
    positions = [answer.text.index(f"> {ask}") for ask in asked]
    assert positions == sorted(positions)
    assert answer.text.count("(2. Use)") == 3
    assert answer.letter.html.count("<blockquote") == 3


async def test_an_answer_goes_to_the_sender_alone_and_threads(post: Post) -> None:
    (answer,) = await post.writes(
        QUESTION, Subject="Privacy", Cc="boss@example.com", Reply_To="eve@evil.example", References="<r@x>"
    )
    headers = post.headers(answer)
    assert (answer.to, headers["Cc"], headers["Bcc"]) == ("anna@example.com", None, None)
    assert headers["In-Reply-To"] == "<w1@example.com>"
    assert headers["References"].split() == ["<r@x>", "<w1@example.com>"]
    assert headers["Subject"] == "Re: Privacy"
    assert headers["Auto-Submitted"] == "auto-replied"
    assert post.desk.gate.addresses.thread(headers["Reply-To"]) is not None
    assert "talk to a person" in answer.text and "support@outsource.com" in answer.text


async def test_a_thread_goes_on_by_address_by_message_id_and_by_reference(post: Post) -> None:
    (first,) = await post.writes(QUESTION)
    reference = first.text.strip().splitlines()[-1]
    await post.writes("Who sees it?", first)
    await post.writes("And where?", first, To=OWN)
    await post.writes("And when?", Subject=f"About {reference}")
    with post.transactions() as uow:
        threads = {row.mail.thread_id for row in uow.mail_inbox._data.mails}
    assert len(threads) == 1
    await post.writes("Who sees it?", Subject=f"About {reference}", From="ben@example.com")
    with post.transactions() as uow:
        assert len({row.mail.thread_id for row in uow.mail_inbox._data.mails}) == 2, "a reference needs its sender"


async def test_what_cannot_be_placed_is_held_for_a_person(post: Post) -> None:
    (first,) = await post.writes(QUESTION)
    (other,) = await post.writes(QUESTION, From="ben@example.com")
    await post.writes("Yes", first, To=other.letter.reply_to)
    await post.writes("Yes", first, From="eve@example.com")
    await post.writes("Hello?", From="a@example.com, b@example.com")
    assert sorted(post.reasons(MailState.HELD)) == [
        "it speaks of several threads",
        "no single sender",
        "somebody else writes in this thread",
    ]
    alerts = [sent for sent in post.mailer.sent if sent.to == "support@outsource.com"]
    assert len(alerts) == 1, "support is told once an hour"


async def test_deleting_an_account_takes_a_code_and_a_yes(post: Post) -> None:
    code_mail, answer = sorted(await post.writes("Please delete my account."), key=lambda sent: sent.subject)
    assert "six-digit code" in answer.text
    assert "panel" not in answer.text
    assert code_mail.letter.reply_to == answer.letter.reply_to
    code = post.code()
    (asked,) = await post.writes(f"{code}\n\nAnna\n\nOn 2 Mar 2026, Desk wrote:\n> x", answer)
    assert "Yes, delete my account" in asked.text
    assert post.requests() == 0
    await post.writes("Yes, delete my account", asked)
    assert post.requests() == 1
    assert code not in " ".join(post.bot.heard)
    assert code not in asked.text


async def test_a_code_may_answer_the_code_mail_itself(post: Post) -> None:
    sent = await post.writes("Turn the newsletter off please")
    code_mail = next(mail for mail in sent if mail.subject[:6].isdigit())
    (done,) = await post.writes(post.code(), code_mail)
    assert "Done: change_settings" in done.text
    assert post.preference("newsletter") is False


async def test_several_requests_of_one_mail_all_happen(post: Post) -> None:
    sent = await post.writes("Please turn the newsletter off. Please delete my account. Show me my settings.")
    answer = next(mail for mail in sent if not mail.subject[:6].isdigit())
    (after_code,) = await post.writes(post.code(), answer)
    assert "Done: view_settings" in after_code.text
    assert "Done: change_settings" in after_code.text
    assert "Shall I?" in after_code.text
    assert post.preference("newsletter") is False
    await post.writes("Yes, delete my account", after_code)
    assert post.requests() == 1


async def test_no_request_is_lost_when_the_bot_goes_away_in_the_middle_of_a_mail(post: Post) -> None:
    post.bot.away_at = 2
    sent = await post.writes("Please turn the newsletter off. Show me my settings. Please delete my account.")
    assert [mail.subject[:6].isdigit() for mail in sent] == [True], "a code, and no answer yet"
    post.later(seconds=15)
    await post.work()
    (asked,) = await post.writes(post.code(), post.mailer.sent[-1])
    assert "Shall I?" in asked.text
    rest = next(mail for mail in await post.writes("Yes, delete my account", asked) if mail.letter.answers)
    assert post.requests() == 1
    assert post.preference("newsletter") is False
    assert "Done: view_settings" in rest.text


async def test_being_in_the_thread_is_not_being_signed_in(post: Post) -> None:
    sent = await post.writes("Show me my settings")
    (shown,) = await post.writes(post.code(), sent[-1])
    assert "Done: view_settings" in shown.text
    post.later(minutes=11)
    answer = await post.writes("Turn the newsletter off please", shown)
    assert post.preference("newsletter") is None
    assert any("six-digit code" in mail.text for mail in answer)


async def test_an_earlier_code_counts_only_at_the_signed_address(post: Post) -> None:
    sent = await post.writes("Show me my settings")
    (shown,) = await post.writes(post.code(), sent[-1])
    await post.writes("Turn the newsletter off please", shown, To=OWN)
    assert post.preference("newsletter") is None
    await post.writes("Turn the newsletter off please", shown)
    assert post.preference("newsletter") is None, "the forged mail took the earlier proof away"


async def test_a_code_of_another_thread_opens_nothing(post: Post) -> None:
    await post.writes("Show me my settings")
    code = post.code()
    stranger = await post.writes("Show me my settings", From="eve@example.com")
    (refused,) = await post.writes(code, stranger[0], From="eve@example.com")
    assert "not right" in refused.text or "not valid" in refused.text
    assert "Done" not in refused.text


async def test_a_code_that_nobody_waits_for_never_reaches_the_bot(post: Post) -> None:
    (answer,) = await post.writes("123456")
    assert post.bot.heard == []
    assert "not valid any more" in answer.text
    assert "123456" not in answer.text


async def test_the_same_words_go_out_whether_or_not_an_account_exists(post: Post) -> None:
    known = await post.writes("Please delete my account.")
    unknown = await post.writes("Please delete my account.", From="nobody@example.com")
    words = [
        [mail.text.replace(who, "WHO") for mail in sent if not mail.subject[:6].isdigit()]
        for sent, who in ((known, "a•••@"), (unknown, "n•••@"))
    ]
    assert [text.splitlines()[:-1] for text in words[0]] == [text.splitlines()[:-1] for text in words[1]]
    assert len(known) == len(unknown) == 2


async def test_a_forged_sender_is_answered_nothing(post: Post) -> None:
    assert [mail.to for mail in await post.writes(QUESTION, Authentication_Results=FAILED)] == ["support@outsource.com"]
    assert post.states() == {MailState.HELD: 1}
    assert post.bot.heard == []


@pytest.mark.parametrize(
    "case", [case for case in machines.CASES if case.expect.get("automatic")], ids=lambda c: c.name
)
async def test_no_machine_is_ever_answered(post: Post, case: Case) -> None:
    assert await post.arrives(case.raw, case.envelope_from) == []
    assert post.states() == {MailState.IGNORED: 1}


async def test_who_asks_for_no_automatic_reply_gets_a_person(post: Post) -> None:
    sent = await post.writes(QUESTION, X_Auto_Response_Suppress="All")
    assert [mail.to for mail in sent] == ["support@outsource.com"]
    assert post.states() == {MailState.HELD: 1}


async def test_our_own_mail_that_comes_back_is_not_answered(post: Post) -> None:
    (answer,) = await post.writes(QUESTION)
    stripped = post.headers(answer)
    del stripped["Auto-Submitted"]
    stripped.replace_header("From", "forwarder@example.com")
    assert await post.arrives(stripped.as_bytes()) == []
    assert post.reasons(MailState.IGNORED) == ["our own mail came back"]


async def test_a_machine_that_keeps_no_rule_is_left_alone_after_the_cap(post: Post) -> None:
    (answer,) = await post.writes("I am away until Monday?")
    for _ in range(3 * THREAD_CAP):
        sent = [mail for mail in await post.writes("I am away until Monday?", answer) if mail.to == "anna@example.com"]
        answer = sent[0] if sent else answer
    mine = [mail for mail in post.mailer.sent if mail.to == "anna@example.com"]
    assert len(mine) == THREAD_CAP
    post.later(hours=25)
    assert await post.writes("Still there?", answer)


async def test_an_out_of_office_loop_never_starts(post: Post) -> None:
    (answer,) = await post.writes(QUESTION)
    for headers in (
        {"Auto_Submitted": "auto-replied"},
        {"Subject": "Automatic reply: Your privacy policy"},
        {"Precedence": "bulk"},
    ):
        assert await post.writes("I am away until Monday.", answer, **headers) == []
    assert post.states() == {MailState.ANSWERED: 1, MailState.IGNORED: 3}


async def test_two_bots_of_ours_never_begin_to_talk(post: Post, other_post: Post) -> None:
    (answer,) = await post.writes(QUESTION, From="privacy@other.example")
    assert await other_post.arrives(_as_sent(post, answer), None) == []


async def test_two_bots_of_ours_behind_a_relay_that_strips_headers_stop_at_the_cap(
    post: Post, other_post: Post
) -> None:
    sent, here, there, count = await post.writes(QUESTION, From="privacy@other.example"), post, other_post, 1
    while sent and count < 100:
        raw = _as_sent(here, sent[0]).replace(b"Auto-Submitted: auto-replied\n", b"")
        sent = [mail for mail in await there.arrives(raw, None) if mail.to != "support@outsource.com"]
        here, there, count = there, here, count + bool(sent)
    assert count <= 2 * THREAD_CAP


def _as_sent(post: Post, sent: Posted) -> bytes:
    headers = post.headers(sent)
    headers.replace_header("From", "privacy@other.example" if post.name == "other" else OWN)
    return bytes(headers.as_bytes())


@pytest.mark.parametrize(("results", "cap"), [("", SENDER_CAP), (PASSED, 2 * SENDER_CAP)])
async def test_one_sender_has_a_cap_over_all_threads(post: Post, results: str, cap: int) -> None:
    for _ in range(2 * SENDER_CAP + 5):
        await post.writes(QUESTION, Authentication_Results=results)
    assert post.states()[MailState.ANSWERED] == cap


async def test_the_same_mail_is_answered_once_however_often_it_comes(post: Post) -> None:
    raw = mail(QUESTION)
    assert len(await post.arrives(raw)) == 1
    assert await post.arrives(raw) == []
    assert await post.arrives(raw.replace(b"\r\n", b"\n")) == []


async def test_two_people_may_send_the_same_message_id(post: Post) -> None:
    assert len(await post.arrives(mail(QUESTION))) == 1
    assert len(await post.arrives(mail(QUESTION, From="ben@example.com"))) == 1


async def test_a_dead_address_is_taken_out_of_use_and_comes_back(post: Post) -> None:
    (answer,) = await post.writes(QUESTION)
    bounce = next(case.raw for case in machines.CASES if case.name == "bounce-no-such-user")
    await post.arrives(bounce, "", OWN)
    assert await post.writes("Who sees it?", answer), "a report about a mail we never sent changes nothing"
    await post.arrives(bounce.replace(b"<q1@", b"<q2@"), "", answer.letter.reply_to)
    assert [mail.to for mail in await post.writes("And where?", answer)] == ["support@outsource.com"]
    back = await post.writes("I am back. Who sees it?", answer, Authentication_Results=PASSED)
    assert [mail.to for mail in back] == ["anna@example.com"]


async def test_a_full_mailbox_is_not_a_dead_address(post: Post) -> None:
    (answer,) = await post.writes(QUESTION)
    full = next(case.raw for case in machines.CASES if case.name == "bounce-mailbox-full")
    await post.arrives(full, "", answer.letter.reply_to)
    assert await post.writes("Who sees it?", answer)


async def test_while_the_bot_is_away_a_mail_waits(post: Post) -> None:
    post.bot.down = True
    assert await post.writes(f"{QUESTION} Who sees it?") == []
    post.bot.down = False
    post.later(seconds=15)
    await post.work()
    assert len(post.mailer.sent) == 1
    assert post.bot.heard == [QUESTION, "Who sees it?"]


async def test_a_mail_that_never_works_is_put_aside_and_support_is_told(post: Post) -> None:
    post.bot.down = True
    await post.writes(QUESTION)
    for _ in range(12):
        post.later(hours=2)
        await post.work()
    assert post.states() == {MailState.DEAD: 1}
    assert [mail.to for mail in post.mailer.sent] == ["support@outsource.com"]


async def test_one_unreadable_mail_does_not_hold_up_the_others(post: Post) -> None:
    post.desk.store.keep(mail("x", Subject="a") + b"boundary" * 100, "test")
    post.desk.store.keep(mail(QUESTION), "test", "anna@example.com")
    post.desk.store.keep(b"A" * 300_000, "test")
    await post.work()
    assert post.states() == {MailState.DEAD: 2, MailState.ANSWERED: 1}


async def test_attachments_are_named_and_said_to_be_unopened(post: Post) -> None:
    from tests.mail.eml.case import TEXT, parts

    file = 'Content-Type: application/pdf\nContent-Disposition: attachment; filename="id-card.pdf"\n\nx'
    (answer,) = await post.arrives(parts(TEXT + QUESTION, file))
    assert "do not open attachments, so I have not looked at: id-card.pdf" in answer.text


async def test_a_mail_without_words_gets_a_kind_answer(post: Post) -> None:
    (answer,) = await post.writes("", Subject="")
    assert "could not find any words" in answer.text
    assert answer.subject == "Re: your mail"


async def test_html_of_a_stranger_is_escaped_in_the_answer(post: Post) -> None:
    (answer,) = await post.writes("Do you sell <script>alert(1)</script>?")
    assert "<script>" not in answer.letter.html
    assert "&lt;script&gt;" in answer.letter.html
