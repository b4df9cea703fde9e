"""What is too old goes, what is needed stays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.accounts import Account
from bot.domain.codes import OneTimeCode
from bot.domain.consents import Consent
from bot.domain.console import GivenAnswer, Note, Rating, Score, Takeover
from bot.domain.erasure import Export, Person, Receipt
from bot.domain.identity import Conversation
from bot.domain.mail import MailState, MailThread, SentMail
from bot.domain.messages import Message, OutboxKind, Sender
from bot.domain.passages import Outcome
from bot.domain.proposals import Proposal, ProposalKind, ProposalState
from bot.domain.requests import RequestState
from bot.wiring import build_timekeeper
from tests.requests.conftest import Desk
from tests.requests.examples import DAY, NOW, request
from tests.storage.threads import at_once


def sweep(desk: Desk) -> dict[str, int]:
    return {name: count for name, count in build_timekeeper(desk.services).run_all().items() if count}


def test_a_request_goes_with_all_that_is_its_own_after_24_months(desk: Desk) -> None:
    closed = {"state": RequestState.COMPLETED, "closed_at": NOW}
    desk.add(request("old", **closed), request("new", **{**closed, "closed_at": NOW + DAY}))
    with desk.transactions() as uow:
        uow.receipts.add(Receipt("old", "accounts", NOW, 1))
        uow.exports.add(Export("x", "old", NOW, NOW + DAY, b"zip"))
        uow.queue.add_note(Note("n", "old", "staff", "Sam", NOW, "a note"))
        uow.commit()
    desk.clock.advance(731 * DAY)
    assert sweep(desk) == {"copies emptied": 1}
    desk.clock.advance(DAY / 2)
    assert sweep(desk) == {"requests deleted": 1}
    assert (desk.request("old"), desk.request("new") is not None) == (None, True)
    with desk.transactions() as uow:
        assert (uow.receipts.of("old"), uow.exports.get("x"), uow.queue.notes("old")) == ([], None, [])
    (entry,) = desk.audited()
    assert (entry.tag.value, entry.actor, entry.subject) == ("request:purge", "system", "hash-of-anna")
    assert entry.details == {"reference": "REQ-00000-old"}


def test_an_open_request_never_goes(desk: Desk) -> None:
    desk.add(request(state=RequestState.IN_REVIEW, acknowledged_at=NOW))
    desk.clock.advance(2000 * DAY)
    assert "requests deleted" not in sweep(desk)


@pytest.mark.parametrize(
    ("state", "kept"), [("answered", 30), ("ignored", 30), ("held", 90), ("dead", 90), ("waiting", 10_000)]
)
def test_a_mail_is_emptied_when_its_time_has_come(desk: Desk, state: str, kept: int) -> None:
    with desk.transactions() as uow:
        uow.mail_inbox.put("key", "test", b"Subject: secret", "anna@example.com", ("desk@example.com",), NOW)
        (mail,) = uow.mail_inbox.claim(NOW, NOW, 1)
        if state != "waiting":
            uow.mail_inbox.settle(mail.id, MailState(state), NOW, reason="r", sender="anna@example.com", check=None)
        uow.commit()
    desk.clock.advance(kept * DAY)
    assert sweep(desk) == {}
    desk.clock.advance(DAY)
    assert sweep(desk) == ({} if state == "waiting" else {"mails emptied": 1})
    if state == "waiting":
        return
    with desk.transactions() as uow:
        (row,) = uow.mail_inbox.page(MailState(state), None, 10)
        found = uow.mail_inbox.one(row.id)
        assert found is not None
        assert (found[1].raw, found[1].envelope_from, tuple(found[1].recipients), row.reason) == (b"", None, (), "r")
        assert not uow.mail_inbox.put("key", "test", b"again", None, (), NOW)


def talk(desk: Desk, name: str, *, account: bool = False) -> None:
    """A conversation with everything that can hang on one."""
    with desk.transactions() as uow:
        if account and uow.accounts.by_id("anna") is None:
            uow.accounts.add(Account("anna", "anna@example.com", NOW))
        uow.conversations.add(Conversation(name, "web", NOW, account_id="anna" if account else None))
        uow.messages.append(Message(name, 0, Sender.PERSON, NOW, "something private"))
        uow.codes.put(OneTimeCode(f"k-{name}", name, "anna@example.com", "hash", NOW, NOW + DAY))
        uow.proposals.add(Proposal(f"p-{name}", name, ProposalKind.EXPORT, NOW, NOW + DAY, {}))
        uow.mail_threads.add(MailThread(f"t-{name}", name, f"MSG-{name}", "anna@example.com", "Private", NOW))
        uow.mail_threads.sent(SentMail(f"m-{name}", "anna@example.com", f"t-{name}"), NOW)
        uow.mail_inbox.put(f"in-{name}", "test", b"x", None, (), NOW)
        (mail,) = uow.mail_inbox.claim(NOW, NOW, 1)
        uow.mail_inbox.assign(mail.id, f"t-{name}")
        uow.mail_inbox.settle(mail.id, MailState.ANSWERED, NOW, reason="", sender="anna@example.com", check=None)
        uow.answers.add(GivenAnswer(name, 1, NOW, Outcome.ANSWERED))
        uow.feedback.rate(Rating(name, 1, NOW, up=True))
        uow.feedback.score(Score(name, NOW, 5, helped=False))
        uow.takeovers.start(Takeover(f"o-{name}", name, "staff", "Sam", NOW))
        uow.commit()


def test_a_silent_conversation_goes_with_all_that_hangs_on_it(desk: Desk) -> None:
    talk(desk, "old")
    desk.add(request("done", conversation_id="old", state=RequestState.REVOKED, closed_at=NOW))
    desk.clock.advance(365 * DAY)
    talk(desk, "new")
    assert "conversations deleted" not in sweep(desk)
    with desk.transactions() as uow:
        uow.messages.append(Message("new", 0, Sender.PERSON, desk.clock.now(), "still here"))
        uow.commit()
    desk.clock.advance(DAY)
    assert sweep(desk)["conversations deleted"] == 1
    done = desk.request("done")
    assert done is not None
    assert done.conversation_id is None
    with desk.transactions() as uow:
        assert (uow.conversations.get("old"), uow.conversations.get("new") is not None) == (None, True)
        assert [len(uow.messages.after(name, 0)) for name in ("old", "new")] == [0, 2]
        assert uow.mail_threads.get("t-old") is None
        assert uow.mail_threads.get("t-new") is not None
        assert uow.mail_threads.sent_with(["m-old"]) == []
        assert uow.takeovers.current("old") is None


def test_a_conversation_with_an_open_request_stays(desk: Desk) -> None:
    talk(desk, "old")
    held = {"state": RequestState.ON_HOLD, "acknowledged_at": NOW, "due_at": NOW + 900 * DAY}
    desk.add(request(conversation_id="old", **held))
    desk.clock.advance(400 * DAY)
    assert "conversations deleted" not in sweep(desk)


def test_the_proof_of_a_consent_outlives_what_was_said(desk: Desk) -> None:
    talk(desk, "old", account=True)
    with desk.transactions() as uow:
        uow.consents.add(Consent("anna", "share_users", False, NOW, "web", "old", "outsource", "v"))
        uow.commit()
    desk.clock.advance(400 * DAY)
    assert sweep(desk)["conversations deleted"] == 1
    assert "conversations deleted" not in sweep(desk)
    with desk.transactions() as uow:
        assert uow.messages.after("old", 0) == []
        assert [consent.conversation_id for consent in uow.consents.of("anna")] == ["old"]


class Memory:
    """Remembers conversations somewhere else, or is down."""

    name = title = "tracker"

    def __init__(self) -> None:
        self.down = False
        self.erased: list[tuple[str, ...]] = []

    async def count(self, person: Person) -> int | None:
        return None

    async def export(self, person: Person) -> Sequence[Mapping[str, Any]]:
        return ()

    async def erase(self, person: Person, key: str) -> int | None:
        if self.down:
            raise OSError("no tracker store")
        self.erased.append(person.conversations)
        return len(person.conversations)


def test_memories_elsewhere_go_first_and_nothing_goes_without_them(desk: Desk) -> None:
    talk(desk, "old")
    memory = Memory()
    kept = replace(desk.services.casework.retention, memories=[memory])
    assert sum(kept.conversations()) == 0
    desk.clock.advance(400 * DAY)
    memory.down = True
    with pytest.raises(OSError, match="no tracker store"):
        sum(kept.conversations())
    with desk.transactions() as uow:
        assert len(uow.messages.after("old", 0)) == 1
    memory.down = False
    assert sum(kept.conversations()) == 1
    assert memory.erased == [("old",)]


def test_codes_tokens_proposals_and_done_work_go(desk: Desk) -> None:
    with desk.transactions() as uow:
        uow.conversations.add(Conversation("c", "web", NOW))
        uow.codes.put(OneTimeCode("k", "c", "anna@example.com", "hash", NOW, NOW))
        uow.spent_tokens.spend("token", NOW)
        uow.proposals.add(Proposal("p", "c", ProposalKind.EXPORT, NOW, NOW, {}))
        uow.proposals.close("p", ProposalState.DONE)
        for key in ("done", "buried", "waiting"):
            uow.outbox.put(key, OutboxKind.MAIL, {"to": "anna@example.com"}, NOW)
        uow.commit()
    with desk.transactions() as uow:
        items = {item.key: item.id for item in uow.outbox.claim(NOW, NOW, 10)}
        uow.outbox.done(items["done"], NOW)
        uow.outbox.bury(items["buried"], NOW, "refused")
        uow.commit()
    desk.clock.advance(DAY)
    assert sweep(desk) == {}
    desk.clock.advance(DAY)
    assert sweep(desk) == {"codes deleted": 1, "tokens deleted": 1}
    with desk.transactions() as uow:
        assert uow.spent_tokens.spend("token", NOW)
    desk.clock.advance(29 * DAY)
    assert sweep(desk) == {"proposals deleted": 1, "outbox items deleted": 2}
    assert [item.key for item in desk.work()] == ["waiting"]


def test_three_workers_at_once_remove_everything_once(stored: Desk) -> None:
    closed = {"state": RequestState.COMPLETED, "closed_at": NOW}
    stored.add(*(request(f"r{number:03}", **closed) for number in range(120)))
    for number in range(60):
        talk(stored, f"c{number:02}")
    with stored.transactions() as uow:
        for number in range(200):
            uow.spent_tokens.spend(f"t{number}", NOW)
        uow.commit()
    stored.clock.advance(800 * DAY)
    swept = at_once(3, lambda _: sweep(stored))
    totals = {name: sum(one.get(name, 0) for one in swept) for one in swept for name in one}
    # Codes and proposals may go on their own or with their conversation, whoever is quicker.
    assert totals["requests deleted"] == 120
    assert totals["conversations deleted"] == 60
    assert totals["mails emptied"] == 60
    assert totals["tokens deleted"] == 200
    purged = [entry.details["reference"] for entry in stored.audited()]
    assert len(purged) == len(set(purged)) == 120
    assert sweep(stored) == {}
