"""Several writers at once, on both databases."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from bot.domain.audit import first_broken
from bot.domain.errors import IllegalTransition
from bot.domain.messages import Message, OutboxItem, OutboxKind
from bot.domain.proposals import ProposalState
from bot.domain.requests import RequestState
from bot.storage.unit_of_work import SqlTransactions
from tests.storage.examples import MINUTE, NOW, account, code, conversation, entry, proposal, request, said, settle
from tests.storage.threads import at_once


def test_two_workers_never_claim_the_same_item(database: SqlTransactions) -> None:
    with database() as uow:
        for number in range(60):
            uow.outbox.put(f"k{number}", OutboxKind.MAIL, {"n": number}, NOW)
        uow.commit()

    def work(_: int) -> list[OutboxItem]:
        mine: list[OutboxItem] = []
        while True:
            with database() as uow:
                claimed = uow.outbox.claim(NOW, NOW + MINUTE, 4)
                uow.commit()
            if not claimed:
                return mine
            mine.extend(claimed)

    counts = Counter(item.key for items in at_once(5, work) for item in items)
    assert counts == {f"k{number}": 1 for number in range(60)}


def test_of_two_closes_one_wins(database: SqlTransactions) -> None:
    settle(database)
    with database() as uow:
        uow.proposals.add(proposal())
        uow.commit()

    def close(_: int) -> bool:
        with database() as uow:
            won = uow.proposals.close("p1", ProposalState.DONE)
            uow.commit()
            return won

    assert sorted(at_once(6, close)) == [False] * 5 + [True]


def test_no_try_is_lost_and_the_code_goes_once(database: SqlTransactions) -> None:
    settle(database)
    with database() as uow:
        uow.codes.put(code())
        uow.commit()

    def try_ten_times(_: int) -> list[int]:
        counts = []
        for _again in range(10):
            with database() as uow:
                counts.append(uow.codes.try_once("k1"))
                uow.commit()
        return counts

    def delete(_: int) -> bool:
        with database() as uow:
            won = uow.codes.delete("k1")
            uow.commit()
            return won

    tries = [count for counts in at_once(5, try_ten_times) for count in counts]
    assert sorted(tries) == list(range(1, 51))
    assert sorted(at_once(5, delete)) == [False] * 4 + [True]


def test_no_failed_sign_in_is_lost(database: SqlTransactions) -> None:
    settle(database)

    def fail(_: int) -> int:
        with database() as uow:
            count = uow.accounts.count_failed_sign_in("a1")
            uow.commit()
            return count

    assert sorted(at_once(8, fail)) == list(range(1, 9))


def test_the_audit_chain_stays_whole(database: SqlTransactions) -> None:
    def write(number: int) -> None:
        for turn in range(10):
            with database() as uow:
                uow.audit.append(entry(f"{number}-{turn}-a"))
                uow.audit.append(entry(f"{number}-{turn}-b"))
                if turn % 5 != 4:  # every fifth is rolled back
                    uow.commit()

    at_once(6, write)
    with database() as uow:
        rows = uow.audit.rows()
    assert len(rows) == 6 * 8 * 2
    assert first_broken(rows) is None


def test_numbers_of_messages_have_no_gaps(database: SqlTransactions) -> None:
    settle(database)

    def talk(number: int) -> None:
        for turn in range(12):
            with database() as uow:
                uow.messages.append(said(client_id=f"{number}-{turn}"))
                if turn % 4 != 3:
                    uow.commit()

    at_once(6, talk)
    with database() as uow:
        assert [message.seq for message in uow.messages.after("c1", 0)] == list(range(1, 6 * 9 + 1))


def test_a_message_delivered_twice_at_once_is_stored_once(database: SqlTransactions) -> None:
    settle(database)

    def deliver(_: int) -> Message:
        with database() as uow:
            known = uow.messages.by_client_id("c1", "m1")
            if known is not None:
                return known
            stored = uow.messages.append(said(client_id="m1"))
            uow.commit()
            return stored

    assert {message.seq for message in at_once(6, deliver)} == {1}


def test_a_token_is_spent_by_one(database: SqlTransactions) -> None:
    def spend(_: int) -> bool:
        with database() as uow:
            first = uow.spent_tokens.spend("t1", NOW)
            uow.commit()
            return first

    assert sorted(at_once(6, spend)) == [False] * 5 + [True]


def test_of_two_steps_of_a_request_one_wins(database: SqlTransactions) -> None:
    settle(database)
    seen = request()
    with database() as uow:
        uow.requests.add(seen)
        uow.commit()

    def step(number: int) -> bool:
        to = RequestState.ACKNOWLEDGED if number % 2 else RequestState.REVOKED
        try:
            with database() as uow:
                uow.requests.save(seen.advance(to, NOW), seen)
                uow.commit()
        except IllegalTransition:
            return False
        return True

    assert sorted(at_once(6, step)) == [False] * 5 + [True]


def test_one_code_stays_live(database: SqlTransactions) -> None:
    settle(database)

    def ask(number: int) -> None:
        with database() as uow:
            uow.codes.put(code(f"k{number}"))
            uow.commit()

    at_once(6, ask)
    with database() as uow:
        live = uow.codes.live("c1", NOW)
        assert live is not None
        assert uow.codes.delete(live.id)
        assert uow.codes.live("c1", NOW) is None


def test_one_proposal_stays_open(database: SqlTransactions) -> None:
    settle(database)

    def ask(number: int) -> None:
        with database() as uow:
            uow.proposals.add(proposal(f"p{number}"))
            uow.commit()

    at_once(6, ask)
    with database() as uow:
        waiting = uow.proposals.newest_open("c1")
        assert waiting is not None
        assert uow.proposals.close(waiting.id, ProposalState.DONE)
        assert uow.proposals.newest_open("c1") is None


def test_parallel_conversations_cannot_pass_the_limit_of_a_mailbox(database: SqlTransactions) -> None:
    with database() as uow:
        for number in range(8):
            uow.conversations.add(conversation(number))
        uow.commit()

    def ask(number: int) -> bool:
        with database() as uow:
            allowed = uow.codes.mailed_since("user1@example.com", NOW - MINUTE) < 3
            if allowed:
                uow.codes.put(code(f"k{number}", conversation_id=f"c{number}"))
            uow.commit()
            return allowed

    assert sum(at_once(8, ask)) == 3


def test_a_conversation_that_was_read_does_not_change_before_it_is_saved(database: SqlTransactions) -> None:
    settle(database)

    def take_over(_: int) -> None:
        with database() as uow:
            seen = uow.conversations.get("c1")
            assert seen is not None
            uow.conversations.save(replace(seen, epoch=seen.epoch + 1))
            uow.commit()

    at_once(6, take_over)
    with database() as uow:
        assert uow.conversations.get("c1") == conversation(epoch=6)


def test_an_account_that_was_read_does_not_change_before_it_is_saved(database: SqlTransactions) -> None:
    settle(database)

    def correct(number: int) -> None:
        with database() as uow:
            seen = uow.accounts.by_id("a1") if number % 2 else uow.accounts.by_email("user1@example.com")
            assert seen is not None
            uow.accounts.save(replace(seen, full_name=seen.full_name + "x"))
            uow.commit()

    at_once(6, correct)
    with database() as uow:
        assert uow.accounts.by_id("a1") == account(full_name="xxxxxx")


def test_auditing_first_and_last_does_not_deadlock(database: SqlTransactions) -> None:
    """One use case writes its audit row before it touches the account, another after it."""
    settle(database)

    def audit_first(number: int) -> None:
        for _ in range(5):
            with database() as uow:
                if number % 2:
                    uow.audit.append(entry())
                uow.accounts.count_failed_sign_in("a1")
                if not number % 2:
                    uow.audit.append(entry())
                uow.commit()

    at_once(4, audit_first)
    with database() as uow:
        assert len(uow.audit.rows()) == 20


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_a_worker_does_not_wait_for_another_one(database: SqlTransactions) -> None:
    with database() as uow:
        for number in range(4):
            uow.outbox.put(f"k{number}", OutboxKind.MAIL, {}, NOW)
        uow.commit()
    with database() as first, database() as second:
        mine = {item.key for item in first.outbox.claim(NOW, NOW + MINUTE, 2)}
        theirs = {item.key for item in second.outbox.claim(NOW, NOW + MINUTE, 10)}
    assert mine == {"k0", "k1"}
    assert theirs == {"k2", "k3"}
