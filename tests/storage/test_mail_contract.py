"""What holds for stored mail in memory, on SQLite and on PostgreSQL."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.mail import MailState, MailThread, SenderCheck, SentMail
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
        ((newest, reason, check),) = uow.mail_inbox.newest(MailState.ANSWERED, 5)
        assert (newest.thread_id, reason, check) == ("t1", "fine", SenderCheck.AUTHENTICATED)
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
        assert uow.mail_inbox.newest(MailState.DEAD, 5)[0][1] == "too large"


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
