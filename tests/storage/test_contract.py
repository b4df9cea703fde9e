"""What every implementation of the storage ports does, the one in memory included."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from bot.domain.audit import first_broken
from bot.domain.consents import Consent
from bot.domain.errors import IllegalTransition, InvalidInput, NotFound
from bot.domain.identity import Assurance
from bot.domain.messages import Button, Delivery, OutboxKind, Sender
from bot.domain.proposals import ProposalState
from bot.domain.requests import RequestState
from bot.services.ports import Transactions
from tests.storage.examples import MINUTE, NOW, account, code, conversation, entry, proposal, request, said, settle


def test_what_was_committed_is_there(transactions: Transactions) -> None:
    full = account(locked_until=NOW, facebook_user="fb", full_name="Zoë", failed_sign_ins=2, email_changed_at=NOW)
    with transactions() as uow:
        uow.accounts.add(full)
        uow.commit()
    with transactions() as uow:
        assert uow.accounts.by_id("a1") == full
        assert uow.accounts.by_email("user1@example.com") == full
        assert uow.accounts.by_id("a2") is None
        assert uow.accounts.by_email("nobody@example.com") is None


def test_what_was_not_committed_is_not_there(transactions: Transactions) -> None:
    with transactions() as uow:
        uow.accounts.add(account())
        uow.audit.append(entry())
    with transactions() as uow:
        assert uow.accounts.by_id("a1") is None
        assert not uow.audit.rows()


def test_an_error_rolls_everything_back(transactions: Transactions) -> None:
    settle(transactions)

    def fail_half_way() -> None:
        with transactions() as uow:
            uow.messages.append(said())
            uow.outbox.put("k", OutboxKind.MAIL, {}, NOW)
            uow.accounts.count_failed_sign_in("a1")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()
    with transactions() as uow:
        assert not uow.messages.after("c1", 0)
        assert uow.outbox.counts() == (0, 0)
        assert uow.accounts.by_id("a1") == account()


def test_after_a_commit_the_rest_still_needs_one(transactions: Transactions) -> None:
    with transactions() as uow:
        uow.accounts.add(account(1))
        uow.commit()
        uow.accounts.add(account(2))
    with transactions() as uow:
        assert uow.accounts.by_id("a1")
        assert uow.accounts.by_id("a2") is None


def test_moments_come_back_as_utc(transactions: Transactions) -> None:
    elsewhere = NOW.astimezone(timezone(timedelta(hours=5, minutes=30)))
    with transactions() as uow:
        uow.accounts.add(account(created_at=elsewhere))
        uow.commit()
    with transactions() as uow:
        stored = uow.accounts.by_id("a1")
    assert stored is not None
    assert stored.created_at == NOW
    assert stored.created_at.utcoffset() is not None


def test_an_email_belongs_to_one_account(transactions: Transactions) -> None:
    with transactions() as uow:
        uow.accounts.add(account(1))
        uow.accounts.add(account(2))
        with pytest.raises(InvalidInput):
            uow.accounts.save(account(2, email="user1@example.com"))
        with pytest.raises(InvalidInput):
            uow.accounts.add(account(3, email="user1@example.com"))
        uow.accounts.save(account(1, email="new@example.com"))
        uow.commit()
    with transactions() as uow:
        assert uow.accounts.by_email("new@example.com") == account(1, email="new@example.com")
        assert uow.accounts.by_id("a2") == account(2), "the transaction went on after the refusal"
        assert uow.accounts.by_email("user1@example.com") is None


def test_a_missing_account_cannot_be_saved(transactions: Transactions) -> None:
    with transactions() as uow, pytest.raises(NotFound):
        uow.accounts.save(account())


def test_failed_sign_ins_are_counted(transactions: Transactions) -> None:
    settle(transactions)
    with transactions() as uow:
        assert [uow.accounts.count_failed_sign_in("a1") for _ in range(3)] == [1, 2, 3]
        assert uow.accounts.count_failed_sign_in("nobody") == 0


def test_preferences_hold_the_last_choice(transactions: Transactions) -> None:
    settle(transactions)
    with transactions() as uow:
        uow.preferences.put("a1", "newsletter", True, NOW)
        uow.preferences.put("a1", "newsletter", False, NOW + MINUTE)
        uow.preferences.put("a1", "research", True, NOW)
        assert uow.preferences.of("a1") == {"newsletter": False, "research": True}
        assert uow.preferences.of("a2") == {}


def test_consents_are_kept_in_order(transactions: Transactions) -> None:
    settle(transactions)
    given = [Consent("a1", "newsletter", yes, NOW, "web", "c1", "outsource", "v" * 64) for yes in (True, False, True)]
    with transactions() as uow:
        for consent in given:
            uow.consents.add(consent)
        uow.commit()
    with transactions() as uow:
        assert list(uow.consents.of("a1")) == given
        assert not uow.consents.of("a2")


def test_nothing_hangs_on_what_does_not_exist(transactions: Transactions) -> None:
    settle(transactions)
    stray = Consent("a1", "newsletter", True, NOW, "web", "c9", "outsource", "v")
    with transactions() as uow:
        for add in (
            lambda: uow.preferences.put("a9", "newsletter", True, NOW),
            lambda: uow.consents.add(stray),
            lambda: uow.consents.add(replace(stray, conversation_id="c1", account_id="a9")),
            lambda: uow.conversations.add(conversation(2, account_id="a9")),
            lambda: uow.conversations.save(conversation(2)),
            lambda: uow.messages.append(said(conversation_id="c9")),
            lambda: uow.codes.put(code(conversation_id="c9")),
            lambda: uow.proposals.add(proposal(conversation_id="c9")),
            lambda: uow.requests.add(request(account_id="a9")),
            lambda: uow.requests.add(request(conversation_id="c9")),
        ):
            with pytest.raises(NotFound):
                add()
        assert uow.conversations.get("c1") == conversation(), "the transaction went on after the refusals"


def test_a_conversation_changes_hands(transactions: Transactions) -> None:
    settle(transactions)
    signed_in = conversation(
        epoch=1, mailbox="user1@example.com", account_id="a1", base=Assurance.PASSWORD, code_at=NOW, handoff_at=NOW
    )
    with transactions() as uow:
        uow.messages.append(said())
        uow.conversations.save(signed_in)
        uow.messages.append(said())
        uow.commit()
    with transactions() as uow:
        stored = uow.conversations.get("c1")
        assert stored == signed_in
        assert isinstance(stored.base, Assurance)
        assert [message.seq for message in uow.messages.after("c1", 0)] == [1, 2]
        assert uow.conversations.get("c9") is None


def test_messages_are_numbered_per_conversation(transactions: Transactions) -> None:
    settle(transactions)
    reply = said(
        "hi", sender=Sender.BOT, buttons=(Button("Yes", "/affirm"),), card={"kind": "answer", "n": [1]}, reply_to=1
    )
    with transactions() as uow:
        uow.conversations.add(conversation(2))
        assert uow.messages.append(said(seq=77, client_id="m1")).seq == 1
        stored = uow.messages.append(reply)
        assert uow.messages.append(said(conversation_id="c2", client_id="m1")).seq == 1
        uow.commit()
    assert stored == replace(reply, seq=2)
    with transactions() as uow:
        assert list(uow.messages.after("c1", 0)) == [said(seq=1, client_id="m1"), stored]
        assert list(uow.messages.after("c1", 1)) == [stored]
        assert [message.seq for message in uow.messages.after("c1", 0, limit=1)] == [1]
        assert list(uow.messages.replies_to("c1", 1)) == [stored]
        assert uow.messages.by_client_id("c1", "m1") == said(seq=1, client_id="m1")
        assert uow.messages.by_client_id("c1", "m2") is None


def test_a_client_id_is_taken_once(transactions: Transactions) -> None:
    settle(transactions)
    with transactions() as uow:
        uow.messages.append(said(client_id="m1"))
        with pytest.raises(InvalidInput):
            uow.messages.append(said(client_id="m1"))
        assert uow.messages.append(said(client_id="m2")).seq == 2, "the refused one left no gap"


def test_a_message_is_marked_and_masked(transactions: Transactions) -> None:
    settle(transactions)
    with transactions() as uow:
        uow.messages.append(said("123456", delivery=Delivery.RECEIVED))
        uow.messages.mark("c1", 1, Delivery.FAILED)
        assert uow.messages.after("c1", 0)[0].text == "123456"
        uow.messages.mark("c1", 1, Delivery.ANSWERED, "••••••")
        assert list(uow.messages.after("c1", 0)) == [said("••••••", seq=1, delivery=Delivery.ANSWERED)]


def test_only_the_newest_code_counts(transactions: Transactions) -> None:
    settle(transactions)
    with transactions() as uow:
        uow.codes.put(code("k1"))
        uow.codes.put(code("k2"))
        assert uow.codes.live("c1", NOW) == code("k2")
        assert uow.codes.try_once("k1") == 0
        assert not uow.codes.delete("k1")
        assert uow.codes.live("c2", NOW) is None


def test_a_code_ages(transactions: Transactions) -> None:
    settle(transactions)
    with transactions() as uow:
        uow.codes.put(code())
        assert uow.codes.live("c1", NOW + 10 * MINUTE - timedelta(seconds=1)) == code()
        assert uow.codes.live("c1", NOW + 10 * MINUTE) is None


def test_tries_are_counted_and_a_code_goes_once(transactions: Transactions) -> None:
    settle(transactions)
    with transactions() as uow:
        uow.codes.put(code())
        assert [uow.codes.try_once("k1") for _ in range(6)] == [1, 2, 3, 4, 5, 6]
        assert uow.codes.live("c1", NOW) == code(tries=6)
        assert uow.codes.delete("k1")
        assert not uow.codes.delete("k1")
        assert uow.codes.try_once("k1") == 0
        assert uow.codes.live("c1", NOW) is None


def test_used_codes_still_count_against_the_mailbox(transactions: Transactions) -> None:
    settle(transactions)
    with transactions() as uow:
        uow.conversations.add(conversation(2))
        uow.codes.put(code("k1", created_at=NOW - 2 * MINUTE))
        uow.codes.put(code("k2"))
        uow.codes.delete("k2")
        uow.codes.put(code("k3", conversation_id="c2"))
        uow.codes.put(code("k4", mailbox="other@example.com"))
        assert uow.codes.mailed_since("user1@example.com", NOW - 2 * MINUTE) == 3
        assert uow.codes.mailed_since("user1@example.com", NOW - MINUTE) == 2
        assert uow.codes.mailed_since("nobody@example.com", NOW - MINUTE) == 0


def test_one_proposal_is_open_at_a_time(transactions: Transactions) -> None:
    settle(transactions)
    with transactions() as uow:
        uow.proposals.add(proposal("p1"))
        uow.proposals.add(proposal("p2"))
        assert uow.proposals.newest_open("c1") == proposal("p2")
        assert uow.proposals.get("p1") == proposal("p1", state=ProposalState.SUPERSEDED)
        assert uow.proposals.get("p9") is None
        uow.proposals.mark_asked("p2")
        assert uow.proposals.newest_open("c1") == proposal("p2", asked=True)


def test_a_proposal_is_closed_once(transactions: Transactions) -> None:
    settle(transactions)
    with transactions() as uow:
        uow.proposals.add(proposal())
        assert uow.proposals.close("p1", ProposalState.DONE)
        assert not uow.proposals.close("p1", ProposalState.DECLINED)
        assert not uow.proposals.close("p9", ProposalState.DONE)
        assert uow.proposals.newest_open("c1") is None
        assert uow.proposals.get("p1") == proposal(state=ProposalState.DONE)


def test_a_request_moves_on_from_the_state_that_was_seen(transactions: Transactions) -> None:
    settle(transactions)
    seen = request()
    with transactions() as uow:
        uow.requests.add(seen)
        uow.requests.save(seen.advance(RequestState.ACKNOWLEDGED, NOW), seen)
        with pytest.raises(IllegalTransition):
            uow.requests.save(seen.advance(RequestState.REVOKED, NOW), seen)
        with pytest.raises(IllegalTransition):
            uow.requests.save(request("r9"), request("r9"))
        assert uow.requests.by_reference(seen.reference) == seen.advance(RequestState.ACKNOWLEDGED, NOW)
        assert uow.requests.by_reference("REQ-9") is None


def test_requests_of_an_account_come_newest_first(transactions: Transactions) -> None:
    settle(transactions)
    with transactions() as uow:
        for name, age in (("r1", 5), ("r2", 1), ("r3", 3)):
            uow.requests.add(request(name, received_at=NOW - age * MINUTE))
        assert [found.id for found in uow.requests.of_account("a1")] == ["r2", "r3", "r1"]
        assert not uow.requests.of_account("a2")


def put(transactions: Transactions, *keys: str, at: datetime = NOW) -> None:
    with transactions() as uow:
        for key in keys:
            uow.outbox.put(key, OutboxKind.MAIL, {"to": key}, at)
        uow.commit()


def test_a_key_is_put_once(transactions: Transactions) -> None:
    put(transactions, "k1")
    with transactions() as uow:
        uow.outbox.put("k1", OutboxKind.FACEBOOK_REVOKE, {"other": 1}, NOW)
        items = uow.outbox.claim(NOW, NOW + MINUTE, 10)
    assert [(item.key, item.kind, item.payload, item.attempts) for item in items] == [
        ("k1", OutboxKind.MAIL, {"to": "k1"}, 0)
    ]


def test_a_lease_keeps_others_away_until_it_ends(transactions: Transactions) -> None:
    put(transactions, "k1", "k2")
    put(transactions, "later", at=NOW + 5 * MINUTE)
    with transactions() as uow:
        assert [item.key for item in uow.outbox.claim(NOW, NOW + 2 * MINUTE, 1)] == ["k1"]
        assert [item.key for item in uow.outbox.claim(NOW + MINUTE, NOW + 3 * MINUTE, 10)] == ["k2"]
        assert not uow.outbox.claim(NOW + MINUTE, NOW + 3 * MINUTE, 10)
        assert [item.key for item in uow.outbox.claim(NOW + 2 * MINUTE, NOW + 9 * MINUTE, 10)] == ["k1"]
        assert [item.key for item in uow.outbox.claim(NOW + 5 * MINUTE, NOW + 9 * MINUTE, 10)] == ["k2", "later"]
        assert uow.outbox.counts() == (3, 0)


def test_an_item_ends_done_or_buried(transactions: Transactions) -> None:
    put(transactions, "good", "flaky", "bad")
    with transactions() as uow:
        good, flaky, bad = uow.outbox.claim(NOW, NOW + MINUTE, 10)
        uow.outbox.done(good.id, NOW)
        uow.outbox.retry(flaky.id, NOW + MINUTE, "no route")
        uow.outbox.bury(bad.id, NOW, "no such mailbox")
        assert not uow.outbox.claim(NOW, NOW + 5 * MINUTE, 10)
        again = uow.outbox.claim(NOW + MINUTE, NOW + 5 * MINUTE, 10)
        assert [(item.key, item.attempts, item.due_at) for item in again] == [("flaky", 1, NOW + MINUTE)]
        assert uow.outbox.counts() == (1, 1)


def test_what_waits_under_a_prefix_and_what_was_given_up(transactions: Transactions) -> None:
    put(transactions, "site:a_1:x", "site:a_1:y", "site:a_1:z", "site:ab1:x", "other")
    with transactions() as uow:
        x, y, z, *_ = uow.outbox.claim(NOW, NOW + MINUTE, 3)
        assert [item.key for item in uow.outbox.waiting("site:a_1:")] == ["site:a_1:x", "site:a_1:y", "site:a_1:z"]
        uow.outbox.bury(x.id, NOW, "unknown_account")
        uow.outbox.bury(y.id, NOW + MINUTE, "email_taken")
        uow.outbox.done(z.id, NOW)
        assert not uow.outbox.waiting("site:a_1:")
        given_up = uow.outbox.buried(None, 10)
        assert [(row.item.key, row.item.attempts, row.error) for row in given_up] == [
            ("site:a_1:y", 1, "email_taken"),
            ("site:a_1:x", 1, "unknown_account"),
        ]
        assert len(uow.outbox.buried(None, 1)) == 1


def test_a_late_worker_brings_nothing_back(transactions: Transactions) -> None:
    put(transactions, "k1")
    with transactions() as uow:
        (item,) = uow.outbox.claim(NOW, NOW + MINUTE, 10)
        uow.outbox.done(item.id, NOW)
        uow.outbox.retry(item.id, NOW, "late")
        uow.outbox.bury(item.id, NOW, "late")
        assert not uow.outbox.claim(NOW + 9 * MINUTE, NOW + 10 * MINUTE, 10)
        assert uow.outbox.counts() == (0, 0)


def test_the_audit_log_is_one_chain(transactions: Transactions) -> None:
    elsewhere = NOW.astimezone(timezone(timedelta(hours=-7)))
    for words in (("a", "b"), ("c",)):
        with transactions() as uow:
            for word in words:
                uow.audit.append(entry(word, at=elsewhere))
            uow.commit()
    with transactions() as uow:
        uow.audit.append(entry("d"))
        rows = uow.audit.rows()
        assert [(number, row.details["word"]) for number, row, _ in rows] == [(1, "a"), (2, "b"), (3, "c"), (4, "d")]
        assert first_broken(rows) is None
        assert [number for number, _, _ in uow.audit.rows(after=1, limit=2)] == [2, 3]


def test_a_token_is_spent_once(transactions: Transactions) -> None:
    with transactions() as uow:
        assert uow.spent_tokens.spend("t1", NOW)
        assert not uow.spent_tokens.spend("t1", NOW)
        uow.commit()
    with transactions() as uow:
        assert not uow.spent_tokens.spend("t1", NOW)
        assert uow.spent_tokens.spend("t2", NOW)
