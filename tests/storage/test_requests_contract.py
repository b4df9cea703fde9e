"""The ports of privacy requests hold in memory, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.audit import AuditEntry, AuditTag
from bot.domain.console import Note
from bot.domain.erasure import Export, Person, Receipt
from bot.domain.errors import ChangedMeanwhile, NotFound
from bot.domain.identity import Assurance
from bot.domain.mail import MailState, MailThread
from bot.domain.messages import OutboxKind
from bot.domain.requests import Approval, RequestState, RequestType
from bot.domain.staff import Role, StaffMember
from bot.services.ports import Transactions, UnitOfWork
from tests.storage.examples import MINUTE, NOW, account, conversation, entry, request, settle

DAY = timedelta(days=1)


def read(transactions: Transactions, question: Callable[[UnitOfWork], Any]) -> Any:
    with transactions() as uow:
        return question(uow)


def test_a_request_is_found_by_id_reference_account_and_mailbox(transactions: Transactions) -> None:
    settle(transactions)
    older = request("r1", verified_at=NOW)
    newer = request("r2", received_at=NOW + DAY, verified_at=NOW, account_id=None, mailbox="x@example.com")
    unproved = request("r3", received_at=NOW + 2 * DAY, verified_at=None)
    with transactions() as uow:
        for each in (older, newer, unproved):
            uow.requests.add(each)
        uow.commit()
        assert uow.requests.by_id("r1") == uow.requests.hold("r1") == older
        assert uow.requests.by_reference(older.reference) == older
        assert uow.requests.by_id("no") is uow.requests.by_reference("no") is uow.requests.hold("no") is None
        assert list(uow.requests.of_account("a1")) == [unproved, older]
        assert list(uow.requests.of_person("a1", "x@example.com")) == [newer, older]
        assert list(uow.requests.of_person(None, "x@example.com")) == [newer]
        assert list(uow.requests.of_person(None, None)) == []
        assert uow.requests.unconfirmed_in("c1", RequestType.DELETION) == unproved
        assert uow.requests.unconfirmed_in("c1", RequestType.EXPORT) is None
        person = Person(None, ("x@example.com",), ("c1",))
        assert list(uow.requests.concerning(person)) == [newer]
        assert list(uow.requests.concerning(Person("a1"))) == [unproved, older]
        assert list(uow.requests.concerning(Person())) == []


def test_a_request_needs_its_account_and_conversation(transactions: Transactions) -> None:
    settle(transactions)
    for missing in ({"account_id": "nobody"}, {"conversation_id": "nowhere"}):
        with transactions() as uow, pytest.raises(NotFound):
            uow.requests.add(request(**missing))


def test_of_two_changes_of_one_version_one_is_kept(transactions: Transactions) -> None:
    settle(transactions)
    first = request()
    moved = first.change(NOW + MINUTE, details={"a": 1})
    with transactions() as uow:
        uow.requests.add(first)
        uow.requests.save(moved, expected=first)
        with pytest.raises(ChangedMeanwhile):
            uow.requests.save(first.change(NOW, details={"b": 2}), expected=first)
        assert uow.requests.by_id("r1") == moved


def test_lists_by_time(transactions: Transactions) -> None:
    settle(transactions)
    with transactions() as uow:
        for number, state in enumerate([RequestState.IN_REVIEW, RequestState.IN_REVIEW, RequestState.DENIED]):
            late = {"updated_at": NOW + number * DAY, "due_at": NOW + number * DAY, "received_at": NOW - number * DAY}
            uow.requests.add(request(f"r{number}", state=state, verified_at=NOW, **late))
        uow.commit()

    def ids(found: Any) -> list[str]:
        return [each.id for each in found]

    review = {RequestState.IN_REVIEW}
    assert ids(read(transactions, lambda uow: uow.requests.untouched(review, NOW + 9 * DAY, 9))) == ["r0", "r1"]
    assert ids(read(transactions, lambda uow: uow.requests.untouched(review, NOW + DAY, 9))) == ["r0"]
    assert ids(read(transactions, lambda uow: uow.requests.due_between(None, NOW + 9 * DAY, None, 9))) == ["r0", "r1"]
    assert ids(read(transactions, lambda uow: uow.requests.due_between(None, NOW + 9 * DAY, None, 1))) == ["r0"]
    assert ids(read(transactions, lambda uow: uow.requests.received_between(NOW - DAY, NOW))) == ["r1"]


def test_receipts_and_approvals_count_once_and_everything_goes_with_the_request(transactions: Transactions) -> None:
    settle(transactions)
    member = StaffMember("s1", "sam@desk.example", "Sam", Role.AGENT, NOW, "t")
    with transactions() as uow:
        uow.staff.add(member)
        uow.requests.add(request())
        assert uow.receipts.add(Receipt("r1", "mail", NOW + MINUTE, None))
        assert uow.receipts.add(Receipt("r1", "profile", NOW, 1))
        assert not uow.receipts.add(Receipt("r1", "profile", NOW + DAY, 5))
        assert [(one.store, one.erased) for one in uow.receipts.of("r1")] == [("profile", 1), ("mail", None)]
        assert uow.approvals.add("r1", Approval("s1", "Sam", NOW))
        assert not uow.approvals.add("r1", Approval("s1", "Sam", NOW + DAY))
        assert list(uow.approvals.of("r1")) == [Approval("s1", "Sam", NOW)]
        uow.approvals.clear("r1")
        assert list(uow.approvals.of("r1")) == []
        uow.approvals.add("r1", Approval("s1", "Sam", NOW))
        for number in (1, 2):
            uow.queue.add_note(Note(f"n{number}", "r1", "s1", "Sam", NOW, "rang"))
        uow.requests.clear_notes("r1")
        assert list(uow.queue.notes("r1")) == []
        uow.queue.add_note(Note("n3", "r1", "s1", "Sam", NOW, "rang"))
        uow.exports.add(Export("e1", "r1", NOW, NOW + DAY, b"zip"))
        uow.requests.delete("r1")
        assert uow.requests.by_id("r1") is uow.exports.get("e1") is None
        assert not list(uow.receipts.of("r1")) and not list(uow.approvals.of("r1")) and not list(uow.queue.notes("r1"))


def test_a_copy_is_taken_once_while_it_is_fresh(transactions: Transactions) -> None:
    settle(transactions)
    with transactions() as uow:
        uow.requests.add(request())
        for name in ("e1", "e2"):
            uow.exports.add(Export(name, "r1", NOW, NOW + DAY, b"zip"))
        assert uow.exports.get("e1") == Export("e1", "r1", NOW, NOW + DAY, b"")
        assert uow.exports.take("e1", NOW + DAY) is None
        assert uow.exports.take("e1", NOW + MINUTE) == b"zip"
        assert uow.exports.take("e1", NOW + MINUTE) is None
        assert uow.exports.get("e1") == Export("e1", "r1", NOW, NOW + DAY, b"", NOW + MINUTE)
        assert uow.exports.purge(NOW + DAY) == 0
        assert uow.exports.purge(NOW + 2 * DAY) == 1
        assert uow.exports.get("no") is uow.exports.take("no", NOW) is None


def test_a_person_is_everything_they_proved_and_nothing_of_anybody_else(transactions: Transactions) -> None:
    with transactions() as uow:
        uow.accounts.add(account(1, facebook_user="fb1"))
        uow.accounts.add(account(2))
        mine = {"account_id": "a1", "base": Assurance.MAILBOX}
        uow.conversations.add(conversation(1, mailbox="user1@example.com", **mine))
        uow.conversations.add(conversation(2, mailbox="old@example.com", **mine))
        uow.conversations.add(conversation(3, mailbox="old@example.com"))
        uow.conversations.add(conversation(4, mailbox="user2@example.com", account_id="a2"))
        uow.conversations.add(conversation(5, mailbox="user2@example.com", **mine))
        uow.conversations.add(conversation(6))
        uow.conversations.add(conversation(7))
        uow.mail_threads.add(MailThread("t1", "c6", "MSG-1", "old@example.com", "s", NOW))
        uow.commit()
        found = uow.people.find("a1", None)
        assert found == Person("a1", ("old@example.com", "user1@example.com"), ("c1", "c2", "c3", "c5", "c6"), "fb1")
        assert uow.people.find(None, "old@example.com") == Person(None, ("old@example.com",), ("c3", "c6"))
        assert uow.people.find(None, None) == Person() and uow.people.find("nobody", None) == Person("nobody")


def test_a_person_who_is_gone_is_still_the_one_written_down(transactions: Transactions) -> None:
    with transactions() as uow:
        uow.accounts.add(account(1).tombstone())
        uow.accounts.add(account(2))
        uow.conversations.add(conversation(4, account_id="a2"))
        uow.commit()
        kept = Person("a1", ("user1@example.com", "user2@example.com"), ("c4", "gone"), "fb1")
        assert uow.people.refresh(kept) == Person("a1", ("user1@example.com",), ("gone",), "fb1")


def test_conversations_that_somebody_signed_out_of(transactions: Transactions) -> None:
    settle(transactions)
    with transactions() as uow:
        uow.conversations.add(conversation(2, mailbox="user2@example.com"))
        uow.conversations.add(conversation(3))
        for chat, tag in (("c1", AuditTag.SIGNED_IN), ("c2", AuditTag.CODE_PROVED), ("c3", AuditTag.SIGN_IN_REFUSED)):
            told: AuditEntry = entry(subject="me", conversation_id=chat, tag=tag)
            uow.audit.append(told)
        uow.commit()
        assert set(uow.people.visited(["me", "x"])) == {"c1"}
        assert set(uow.people.visited([])) == set()


def test_work_that_was_withdrawn_is_not_held(transactions: Transactions) -> None:
    with transactions() as uow:
        uow.outbox.put("k1", OutboxKind.MAIL, {"to": "x"}, NOW)
        uow.outbox.put("k2", OutboxKind.MAIL, {"to": "x"}, NOW)
        first, second = uow.outbox.claim(NOW, NOW + MINUTE, 9)
        assert uow.outbox.hold(first.id) and uow.outbox.hold(second.id) and not uow.outbox.hold(99)
        uow.outbox.done(first.id, NOW)
        uow.outbox.bury(second.id, NOW, "refused", wipe=True)
        assert not uow.outbox.hold(first.id) and not uow.outbox.hold(second.id)
        uow.mail_inbox.put("m1", "smtp", b"raw", None, (), NOW)
        (mail,) = uow.mail_inbox.claim(NOW, NOW + MINUTE, 9)
        assert uow.mail_inbox.hold(mail.id) and not uow.mail_inbox.hold(99)
        uow.mail_inbox.settle(mail.id, MailState.IGNORED, NOW, reason="", sender="", check=None)
        assert not uow.mail_inbox.hold(mail.id)
