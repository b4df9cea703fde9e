"""What every implementation of the console's storage ports does, the one in memory included."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.domain.audit import AuditTag
from bot.domain.console import CONSOLE, GivenAnswer, Note, QueueFilter, Rating, Review, Score, Show, Takeover
from bot.domain.errors import InvalidInput
from bot.domain.identity import Assurance, Means
from bot.domain.messages import Delivery, Sender
from bot.domain.passages import Outcome
from bot.domain.requests import RequestState
from bot.domain.staff import Role, StaffMember, StaffSession
from bot.services.ports import Transactions
from bot.storage.unit_of_work import SqlTransactions
from tests.storage.examples import MINUTE, NOW, account, conversation, entry, request, said, settle
from tests.storage.threads import at_once

ADA = StaffMember("s1", "ada@desk.example", "Ada Lovelace", Role.AGENT, NOW, "sealed", invitation="i1")


def hire(transactions: Transactions) -> None:
    with transactions() as uow:
        uow.staff.add(ADA)
        uow.commit()


def test_a_member_is_kept_and_found(transactions: Transactions) -> None:
    hire(transactions)
    with transactions() as uow:
        uow.staff.save(replace(ADA, active=False, totp_step=99, failed_sign_ins=9, locked_until=NOW))
        with pytest.raises(InvalidInput):
            uow.staff.add(replace(ADA, id="s2"))
        uow.commit()
    with transactions() as uow:
        assert uow.staff.by_id("s1") == uow.staff.by_email(ADA.email) == replace(ADA, active=False, locked_until=NOW)
        assert [member.id for member in uow.staff.all()] == ["s1"]
        assert uow.staff.by_id("s2") is None


def test_a_step_counts_once_and_never_an_older_one(transactions: Transactions) -> None:
    hire(transactions)
    with transactions() as uow:
        assert [uow.staff.take_step("s1", step) for step in (5, 5, 4, 6)] == [True, False, False, True]
        assert [uow.staff.count_failed("s1"), uow.staff.count_failed("s1")] == [1, 2]
        uow.staff.reset_failed("s1")
        assert uow.staff.count_failed("s1") == 1


def test_recovery_codes_are_spent_and_replaced(transactions: Transactions) -> None:
    hire(transactions)
    with transactions() as uow:
        uow.staff.put_recovery("s1", ["a", "b"])
        assert [uow.staff.spend_recovery("s1", code) for code in ("a", "a", "z")] == [True, False, False]
        uow.staff.put_recovery("s1", ["c"])
        assert [uow.staff.spend_recovery("s1", code) for code in ("b", "c")] == [False, True]


def test_sessions_end_one_by_one_or_all(transactions: Transactions) -> None:
    hire(transactions)
    with transactions() as uow:
        for name in ("x", "y", "z"):
            uow.staff_sessions.add(StaffSession(name, "s1", NOW, NOW))
        uow.staff_sessions.touch("x", NOW + MINUTE)
        assert uow.staff_sessions.get("x") == StaffSession("x", "s1", NOW, NOW + MINUTE)
        uow.staff_sessions.end("x")
        assert uow.staff_sessions.get("x") is None and uow.staff_sessions.get("y")
        uow.staff_sessions.end_all("s1")
        assert uow.staff_sessions.get("y") is None


def test_a_conversation_is_with_one_person_at_a_time(transactions: Transactions) -> None:
    settle(transactions)
    first = Takeover("t1", "c1", "s1", "Ada", NOW, NOW - MINUTE)
    with transactions() as uow:
        assert uow.takeovers.start(first) and not uow.takeovers.start(replace(first, id="t2", staff_id="s2"))
        assert uow.takeovers.current("c1") == first
        assert uow.takeovers.end("t1", NOW) and not uow.takeovers.end("t1", NOW)
        assert uow.takeovers.current("c1") is None and uow.takeovers.start(replace(first, id="t3"))


def test_the_inbox_has_the_newest_activity_on_top_page_by_page(transactions: Transactions) -> None:
    with transactions() as uow:
        uow.accounts.add(account(full_name="Zoë Zander"))
        for number in range(1, 8):
            waits = NOW if number % 2 else None
            uow.conversations.add(conversation(number, handoff_at=waits, account_id="a1" if number == 3 else None))
        uow.messages.append(said("late", conversation_id="c2", at=NOW + MINUTE))
        uow.takeovers.start(Takeover("t1", "c5", "s1", "Ada", NOW))
        uow.commit()
    with transactions() as uow:
        first = uow.inbox.page(Show.ALL, None, 3)
        rest = uow.inbox.page(Show.ALL, first[-1].position, 9)
        assert [row.conversation.id for row in first] == ["c2", "c7", "c6"]
        assert [row.conversation.id for row in rest] == ["c5", "c4", "c3", "c1"]
        assert (first[0].last_at, first[0].last_seq) == (NOW + MINUTE, 1)
        assert (rest[0].taken_by, rest[2].full_name) == ("Ada", "Zoë Zander")
        assert [row.conversation.id for row in uow.inbox.page(Show.WAITING, None, 9)] == ["c7", "c5", "c3", "c1"]
        assert [row.conversation.id for row in uow.inbox.page(Show.TAKEN, None, 9)] == ["c5"]


@pytest.mark.parametrize("text", ["c1", "USER1@example.com", "zander", "REQ-00000-R1", "zan ANN"])
def test_a_conversation_is_found_by_what_people_know(transactions: Transactions, text: str) -> None:
    with transactions() as uow:
        uow.accounts.add(account(full_name="Anna Zander"))
        uow.conversations.add(conversation(1, account_id="a1", mailbox="user1@example.com"))
        uow.conversations.add(conversation(2))
        uow.requests.add(replace(request(), reference="REQ-00000-R1"))
        uow.commit()
    with transactions() as uow:
        assert [row.conversation.id for row in uow.inbox.found(text, 9)] == ["c1"]
        assert uow.inbox.found("%", 9) == uow.inbox.found("_", 9) == []
        assert [row.conversation.id for row in uow.inbox.of_account("a1", 9)] == ["c1"]


def test_the_queue_page_by_page_and_by_filter(transactions: Transactions) -> None:
    settle(transactions)
    days = timedelta(days=1)
    with transactions() as uow:
        for name, due in (("r1", 3), ("r2", -1), ("r3", 3), ("r4", -5)):
            state = RequestState.REVOKED if name == "r4" else RequestState.ACKNOWLEDGED
            uow.requests.add(request(name, due_at=NOW + due * days, state=state))
        uow.commit()
    with transactions() as uow:
        rows = uow.queue.page(QueueFilter(), None, 2)
        assert [row.request.id for row in rows] == ["r2", "r1"] and rows[0].email == "user1@example.com"
        assert [row.request.id for row in uow.queue.page(QueueFilter(), rows[-1].position, 2)] == ["r3"]
        revoked = QueueFilter(RequestState.REVOKED)
        assert [row.request.id for row in uow.queue.page(revoked, None, 9)] == ["r4"]
        assert [row.request.id for row in uow.queue.page(QueueFilter(overdue_at=NOW), None, 9)] == ["r2"]
        assert len(uow.queue.page(QueueFilter(open_only=False), None, 9)) == 4


def test_notes_oldest_first(transactions: Transactions) -> None:
    notes = [Note(f"n{number}", "r1", "s1", "Ada", NOW + number * MINUTE, "x") for number in (2, 1)]
    with transactions() as uow:
        for note in reversed(notes):
            uow.queue.add_note(note)
        uow.commit()
    with transactions() as uow:
        assert uow.queue.notes("r1") == notes[::-1] and uow.queue.notes("r2") == []


def test_weak_answers_wait_until_somebody_closes_them(transactions: Transactions) -> None:
    settle(transactions)
    with transactions() as uow:
        for number in range(4):
            asked = uow.messages.append(said(f"question {number}", at=NOW + number * MINUTE))
            reply = said("…", sender=Sender.BOT, at=asked.at, reply_to=asked.seq)
            seq = uow.messages.append(reply).seq
            outcome = Outcome.PARTLY if number else Outcome.ANSWERED
            review = Review.OPEN if number else None
            uow.answers.add(GivenAnswer("c1", seq, asked.at, outcome, review))
        uow.commit()
    with transactions() as uow:
        rows = uow.answers.weak(None, 9)
        assert [row.question for row in rows] == ["question 3", "question 2", "question 1"]
        given = rows[0].given
        assert uow.answers.one("c1", given.seq) == rows[0] and uow.answers.one("c1", 99) is None
        assert uow.answers.close("c1", given.seq, Review.KEPT) and not uow.answers.close(
            "c1", given.seq, Review.DROPPED
        )
        assert [row.question for row in uow.answers.weak(None, 1)] == ["question 2"]


def test_answers_of_the_same_moment_lose_none_at_the_edge_of_a_page(transactions: Transactions) -> None:
    settle(transactions)
    with transactions() as uow:
        for number in range(5):
            asked = uow.messages.append(said(f"question {number}"))
            seq = uow.messages.append(said("…", sender=Sender.BOT, reply_to=asked.seq)).seq
            uow.answers.add(GivenAnswer("c1", seq, NOW, Outcome.PARTLY, Review.OPEN))
        uow.commit()
    with transactions() as uow:
        first = uow.answers.weak(None, 2)
        second = uow.answers.weak(first[-1].position, 2)
        last = uow.answers.weak(second[-1].position, 2)
    read = [row.question for row in (*first, *second, *last)]
    assert read == [f"question {number}" for number in (4, 3, 2, 1, 0)]


def test_thumbs_and_scores_are_one_each_and_the_newest_counts(transactions: Transactions) -> None:
    settle(transactions)
    with transactions() as uow:
        asked = uow.messages.append(said("question"))
        seq = uow.messages.append(said("…", sender=Sender.BOT, reply_to=asked.seq)).seq
        uow.answers.add(GivenAnswer("c1", seq, NOW, Outcome.ANSWERED))
        for up in (True, False):
            uow.feedback.rate(Rating("c1", seq, NOW, up))
        uow.feedback.rate(Rating("c1", 77, NOW, True))
        uow.answers.object("c1", seq, objected=True)
        assert [(row.question, row.up) for row in uow.answers.weak(None, 9)] == [("question", False)]
        for score in (1, 4):
            uow.feedback.score(Score("c1", NOW, score, False))
        uow.feedback.score(Score("c2", NOW, 5, True))
        uow.commit()
    with transactions() as uow:
        assert uow.feedback.ratings("c1") == {seq: False, 77: True} and uow.feedback.ratings("c9") == {}
        assert uow.feedback.scored("c2") == Score("c2", NOW, 5, True) and uow.feedback.scored("c9") is None
        numbers = uow.statistics.numbers(NOW - timedelta(days=2), NOW)
        assert numbers.thumbs == {"up": 1, "down": 1} and numbers.scores == {4: 1, 5: 1} and numbers.csat == 4.5
        uow.feedback.unrate("c1", seq)
        uow.answers.object("c1", seq, objected=False)
        assert uow.feedback.ratings("c1") == {77: True} and uow.answers.weak(None, 9) == []


def test_an_answer_somebody_looked_at_is_not_opened_again(transactions: Transactions) -> None:
    settle(transactions)
    with transactions() as uow:
        asked = uow.messages.append(said("question"))
        seq = uow.messages.append(said("…", sender=Sender.BOT, reply_to=asked.seq)).seq
        uow.answers.add(GivenAnswer("c1", seq, NOW, Outcome.ANSWERED))
        uow.answers.object("c1", seq, objected=True)
        uow.answers.close("c1", seq, Review.DROPPED)
        uow.answers.object("c1", seq, objected=True)
        assert uow.answers.weak(None, 9) == []


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("phone", [3, 1]),
        ("PHONE numb", [1]),
        ("émilie", [2]),
        ("ÉMI", [2]),
        ("hone", []),
        ("%", []),
        ("_", []),
        ("'; DROP", []),
        ("REQ-00777", [4]),
        ("  ", []),
        ("anna@example", [5]),
    ],
)
def test_words_are_found_by_how_they_begin(transactions: Transactions, typed: str, found: list[int]) -> None:
    settle(transactions)
    texts = (
        "My phone number",
        "Émilie says hi",
        "Phone? (smartphone)",
        "about REQ-00777-00000",
        "I am anna@example.com",
    )
    with transactions() as uow:
        for number, words in enumerate(texts):
            uow.messages.append(said(words, at=NOW + number * MINUTE))
        uow.commit()
    with transactions() as uow:
        assert [hit.seq for hit in uow.words.found(typed, 9)] == found
        assert len(uow.words.found("a", 1)) == 1


def test_words_that_were_masked_are_found_no_more(transactions: Transactions) -> None:
    settle(transactions)
    with transactions() as uow:
        message = uow.messages.append(said("my secret is tulip"))
        uow.messages.mark("c1", message.seq, Delivery.ANSWERED, "my secret is •••")
        uow.commit()
    with transactions() as uow:
        assert uow.words.found("tulip", 9) == [] and len(uow.words.found("secret", 9)) == 1


def test_no_copy_of_a_message_outlives_it(database: SqlTransactions) -> None:
    settle(database)
    with database() as uow:
        uow.messages.append(said("my secret is tulip"))
        uow.commit()
        uow._connection.execute(text("DELETE FROM messages"))
        uow.commit()
    with database() as uow:
        assert uow.words.found("tulip", 9) == []


def test_what_staff_say_to_the_assistant_is_in_no_inbox(transactions: Transactions) -> None:
    with transactions() as uow:
        uow.conversations.add(conversation(1, channel=CONSOLE))
        uow.conversations.add(conversation(2))
        uow.messages.append(said("hello", conversation_id="c2", at=NOW + MINUTE))
        assert [row.conversation.id for row in uow.inbox.page(Show.ALL, None, 9)] == ["c2"]
        assert uow.inbox.newest_at() == NOW + MINUTE
        assert (uow.inbox.last_seq("c2"), uow.inbox.last_seq("c1"), uow.inbox.last_seq("none")) == (1, 0, 0)


def test_how_a_person_was_known_is_kept_with_what_they_said(transactions: Transactions) -> None:
    settle(transactions)
    with transactions() as uow:
        uow.messages.append(said("hello", rung=Assurance.MAILBOX, means=Means.CODE))
        uow.commit()
    with transactions() as uow:
        (message,) = uow.messages.after("c1", 0)
        assert (message.rung, message.means) == (Assurance.MAILBOX, Means.CODE)


def test_numbers_count(transactions: Transactions) -> None:
    settle(transactions)
    with transactions() as uow:
        uow.answers.add(GivenAnswer("c1", 1, NOW, Outcome.ANSWERED))
        uow.answers.add(GivenAnswer("c1", 2, NOW, Outcome.PARTLY, Review.OPEN))
        uow.takeovers.start(Takeover("t1", "c1", "s1", "Ada", NOW, NOW - MINUTE))
        uow.requests.add(request(due_at=NOW - MINUTE))
        uow.requests.add(request("r2", state=RequestState.REVOKED, due_at=NOW - MINUTE))
        uow.commit()
    with transactions() as uow:
        numbers = uow.statistics.numbers(NOW - timedelta(days=2), NOW)
    assert numbers.days == (("2026-02-28", 0), ("2026-03-01", 0), ("2026-03-02", 1))
    assert numbers.outcomes == {"answered": 1, "partly": 1}
    assert (numbers.handed_over, numbers.waits, numbers.overdue, numbers.late) == (1, (60.0,), 1, 1)
    assert numbers.requests == {"awaiting_confirmation": 1, "revoked": 1}


def test_the_trail_is_read_backwards(transactions: Transactions) -> None:
    with transactions() as uow:
        for number in range(5):
            uow.audit.append(entry(str(number), actor=f"s{number % 2}", subject=f"h{number}"))
        uow.audit.append(entry("x", tag=AuditTag.LOOKED_UP))
        uow.commit()
    with transactions() as uow:
        numbers = [number for number, _, _ in uow.trail.newest(None, 3)]
        assert numbers == [6, 5, 4]
        assert [number for number, _, _ in uow.trail.newest(4, 9, actor="s0")] == [3, 1]
        assert [number for number, _, _ in uow.trail.newest(None, 9, subject="h1")] == [2]
        assert [number for number, _, _ in uow.trail.newest(None, 9, tag="console:lookup")] == [6]
        assert uow.trail.newest(None, 9, tag="no such tag") == []


def test_of_many_at_once_one_takes_over_and_one_uses_the_code(database: SqlTransactions) -> None:
    settle(database)
    hire(database)

    def attempt(number: int) -> tuple[bool, bool]:
        with database() as uow:
            taken = uow.takeovers.start(Takeover(f"t{number}", "c1", f"s{number}", "Ada", NOW))
            stepped = uow.staff.take_step("s1", 7)
            uow.commit()
        return taken, stepped

    results = at_once(6, attempt)
    assert [sum(result[part] for result in results) for part in (0, 1)] == [1, 1]
