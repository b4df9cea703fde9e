"""What holds for stored mail in memory, on SQLite and on PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.domain.mail import MailState, MailThread, PenRow, SenderCheck, SentMail, SuppressedAddress
from bot.domain.messages import OutboxKind
from bot.services.ports import Transactions, UnitOfWork
from tests.storage.examples import MINUTE, NOW, settle


def put(uow: UnitOfWork, key: str = "k1") -> bool:
    return uow.mail_inbox.put(key, "test", b"raw \x00\xff", "anna@example.com", ("a@b.c",), NOW)


def thread(uow: UnitOfWork, name: str = "t1") -> MailThread:
    made = MailThread(name, "c1", f"MSG-{name}", "anna@example.com", "Hello", NOW)
    uow.mail_threads.add(made)
    return made


def test_a_mail_is_kept_once_as_it_came(transactions: Transactions) -> None:
    with transactions() as uow:
        assert put(uow)
        assert not put(uow)
        (mail,) = uow.mail_inbox.claim(NOW, NOW + MINUTE, 10)
        uow.commit()
    assert (mail.raw, mail.envelope_from, mail.recipients) == (b"raw \x00\xff", "anna@example.com", ("a@b.c",))
    with transactions() as uow:
        assert uow.mail_inbox.claim(NOW, NOW + MINUTE, 10) == []
        assert len(uow.mail_inbox.claim(NOW + MINUTE, NOW + 2 * MINUTE, 10)) == 1


def test_a_mail_is_settled_once(transactions: Transactions) -> None:
    settle(transactions)
    with transactions() as uow:
        put(uow)
        thread(uow)
        (mail,) = uow.mail_inbox.claim(NOW, NOW, 1)
        uow.mail_inbox.assign(mail.id, "t1")
        facts = {"reason": "fine", "sender": "anna@example.com", "check": SenderCheck.AUTHENTICATED}
        assert uow.mail_inbox.settle(mail.id, MailState.ANSWERED, NOW, **facts)
        assert not uow.mail_inbox.settle(mail.id, MailState.HELD, NOW, **facts)
        uow.mail_inbox.retry(mail.id, NOW, "late")
        assert uow.mail_inbox.claim(NOW + MINUTE, NOW + MINUTE, 1) == []
        assert uow.mail_inbox.counts() == {MailState.ANSWERED: 1}
        since = NOW - timedelta(hours=1)
        assert uow.mail_inbox.answered_since(since, sender="anna@example.com") == 1
        assert uow.mail_inbox.answered_since(since, thread_id="t1") == 1
        assert uow.mail_inbox.answered_since(since, sender="ben@example.com") == 0
        assert uow.mail_inbox.answered_since(NOW + MINUTE, thread_id="t1") == 0
        (row,) = uow.mail_inbox.page(MailState.ANSWERED, None, 5)
        assert (row.reason, row.check) == ("fine", SenderCheck.AUTHENTICATED)
        found = uow.mail_inbox.one(row.id)
        assert found is not None and found[1].thread_id == "t1"
        uow.commit()


def test_a_mail_that_is_put_off_comes_later_and_is_counted(transactions: Transactions) -> None:
    with transactions() as uow:
        put(uow)
        (mail,) = uow.mail_inbox.claim(NOW, NOW + MINUTE, 1)
        uow.mail_inbox.retry(mail.id, NOW + 5 * MINUTE, "busy")
        assert uow.mail_inbox.claim(NOW + MINUTE, NOW + MINUTE, 1) == []
        (again,) = uow.mail_inbox.claim(NOW + 5 * MINUTE, NOW + 6 * MINUTE, 1)
        assert again.attempts == 1


def test_a_dead_letter_is_never_claimed(transactions: Transactions) -> None:
    with transactions() as uow:
        assert uow.mail_inbox.put("k9", "test", b"", None, (), NOW, dead="too large")
        assert uow.mail_inbox.claim(NOW, NOW, 5) == []
        assert uow.mail_inbox.page(MailState.DEAD, None, 5)[0].reason == "too large"


def test_threads_and_what_we_sent(transactions: Transactions) -> None:
    settle(transactions)
    with transactions() as uow:
        made = thread(uow)
        assert uow.mail_threads.get("t1") == uow.mail_threads.by_reference("MSG-t1") == made
        assert uow.mail_threads.by_conversation("c1") == made
        assert uow.mail_threads.get("t2") is None
        changed = MailThread("t1", "c1", "MSG-t1", "anna@example.com", "Hello", NOW, ("one", "two"))
        uow.mail_threads.save(changed)
        assert uow.mail_threads.get("t1") == changed
        sent = SentMail("m1@x", "anna@example.com", "t1")
        uow.mail_threads.sent(sent, NOW)
        uow.mail_threads.sent(SentMail("m1@x", "eve@example.com", None), NOW)
        assert list(uow.mail_threads.sent_with(("m1@x", "m2@x"))) == [sent]
        assert list(uow.mail_threads.sent_with(())) == []


def test_suppressed_addresses(transactions: Transactions) -> None:
    with transactions() as uow:
        uow.suppressions.add("anna@example.com", "5.1.1", NOW)
        uow.suppressions.add("anna@example.com", "5.1.2", NOW)
        assert uow.suppressions.reason("anna@example.com") == "5.1.1"
        assert (uow.suppressions.count(), uow.suppressions.reason("ben@example.com")) == (1, None)
        assert uow.suppressions.remove("anna@example.com")
        assert not uow.suppressions.remove("anna@example.com")


def held(uow: UnitOfWork, key: str, state: MailState = MailState.HELD) -> int:
    put(uow, key)
    mail = uow.mail_inbox.claim(NOW, NOW, 1)[0]
    uow.mail_inbox.settle(mail.id, state, NOW, reason="why", sender="a@b.c", check=SenderCheck.FAILED)
    return mail.id


def test_a_mail_that_waits_for_a_person_is_released_or_discarded_once(transactions: Transactions) -> None:
    with transactions() as uow:
        numbers = [held(uow, f"k{number}") for number in range(3)]
        assert [row.id for row in uow.mail_inbox.page(MailState.HELD, None, 2)] == numbers[:0:-1]
        (row,) = uow.mail_inbox.page(MailState.HELD, numbers[1], 2)
        assert row == PenRow(numbers[0], NOW, MailState.HELD, "why", "a@b.c", SenderCheck.FAILED, 6)
        assert uow.mail_inbox.release(numbers[0], NOW) and not uow.mail_inbox.release(numbers[0], NOW)
        (again,) = uow.mail_inbox.claim(NOW, NOW, 9)
        assert (again.id, again.released, again.attempts) == (numbers[0], True, 0)
        assert uow.mail_inbox.discard(numbers[1], NOW) and not uow.mail_inbox.discard(numbers[1], NOW)
        found = uow.mail_inbox.one(numbers[1])
        assert found is not None
        row, mail = found
        assert (row.state, row.sender, mail.raw) == (MailState.DISCARDED, "", b"")
        assert not put(uow, "k1"), "the same mail does not come back"
        assert uow.mail_inbox.one(99) is None
        uow.commit()


def test_an_answered_mail_is_nobodys_to_release(transactions: Transactions) -> None:
    with transactions() as uow:
        number = held(uow, "k1", MailState.ANSWERED)
        assert not uow.mail_inbox.release(number, NOW) and not uow.mail_inbox.discard(number, NOW)


def test_what_was_given_up_is_tried_again_or_forgotten(transactions: Transactions) -> None:
    with transactions() as uow:
        for name in ("x", "y", "z"):
            uow.outbox.put(name, OutboxKind.MAIL, {"to": name}, NOW)
        items = uow.outbox.claim(NOW, NOW, 9)
        for item in items:
            uow.outbox.bury(item.id, NOW, "refused")
        rows = uow.outbox.buried(None, 2)
        assert [row.item.payload["to"] for row in rows] == ["z", "y"]
        assert (rows[0].closed_at, rows[0].error) == (NOW, "refused")
        assert [row.item.key for row in uow.outbox.buried(rows[-1].item.id, 9)] == ["x"]
        assert uow.outbox.dig_up(items[0].id, NOW) and not uow.outbox.dig_up(items[0].id, NOW)
        assert [(item.key, item.attempts) for item in uow.outbox.claim(NOW, NOW, 9)] == [("x", 0)]
        assert uow.outbox.discard(items[1].id, NOW) and not uow.outbox.discard(items[1].id, NOW)
        assert uow.outbox.buried_one(items[1].id) is None and uow.outbox.buried_one(items[2].id) == rows[0]
        assert uow.outbox.counts() == (1, 1)
        uow.commit()


def test_addresses_out_of_use_page_by_page(transactions: Transactions) -> None:
    with transactions() as uow:
        for name in ("b", "a", "c"):
            uow.suppressions.add(f"{name}@example.com", "5.1.1", NOW)
        first = uow.suppressions.page("", 2)
        assert first == [SuppressedAddress(f"{name}@example.com", "5.1.1", NOW) for name in ("a", "b")]
        assert [row.address for row in uow.suppressions.page(first[-1].address, 2)] == ["c@example.com"]


def test_a_thread_keeps_what_a_reply_refers_to(transactions: Transactions) -> None:
    settle(transactions)
    with transactions() as uow:
        made = thread(uow)
        newer = replace(made, in_reply_to="2@x", references=("1@x", "2@x"))
        uow.mail_threads.save(newer)
        uow.commit()
    with transactions() as uow:
        assert uow.mail_threads.get("t1") == newer
