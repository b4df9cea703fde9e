"""What an execution does when something comes in between."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.erasure import Person
from bot.domain.errors import IllegalTransition, NotFound, SignInRefused, TokenInvalid
from bot.domain.identity import Assurance, Conversation
from bot.domain.messages import OutboxKind
from bot.domain.requests import HoldReason, RequestState, RequestType
from bot.domain.staff import Role, StaffMember
from bot.services.requests.following import revoke
from bot.storage.personal.registry import STORES
from bot.worker import ATTEMPTS
from tests.execution.conftest import Desk, NewDesk
from tests.execution.planting import ANNA, BEN, DAY, MINUTE, NOW, every_row, file, plant, traces


@dataclass
class Flaky:
    """A remote store that fails until it is mended."""

    name: str = "flaky"
    title: str = "A system that fails"
    broken: bool = True
    keys: list[str] = field(default_factory=list)

    async def count(self, person: Person) -> int | None:
        return None

    async def export(self, person: Person) -> Sequence[Mapping[str, Any]]:
        if self.broken:
            raise ConnectionResetError("gone")
        return []

    async def erase(self, person: Person, key: str) -> int | None:
        self.keys.append(key)
        if self.broken:
            raise ConnectionResetError("gone")
        return 7


class HalfWay:
    """One of our own stores, whose database goes away when it has done its work."""

    def __init__(self, store: Any) -> None:
        self.store, self.name, self.title, self.broken = store, store.name, store.title, True

    def count(self, uow: Any, person: Person) -> int:
        return int(self.store.count(uow, person))

    def export(self, uow: Any, person: Person) -> Sequence[Mapping[str, Any]]:
        return list(self.store.export(uow, person))

    def erase(self, uow: Any, person: Person) -> int:
        erased = int(self.store.erase(uow, person))
        if self.broken:
            raise OSError("the disk is full")
        return erased


def state(desk: Desk, request_id: str = "r-anna") -> RequestState:
    with desk.services.transactions() as uow:
        request = uow.requests.by_id(request_id)
    assert request is not None
    return request.state


def receipts(desk: Desk, request_id: str = "r-anna") -> dict[str, int | None]:
    with desk.services.transactions() as uow:
        return {receipt.store: receipt.erased for receipt in uow.receipts.of(request_id)}


async def test_a_store_that_fails_half_way_is_rolled_back_and_tried_again(
    new_desk: NewDesk, var: Path, database_url: str
) -> None:
    half = HalfWay(STORES[6])
    desk = new_desk(tables=(*STORES[:6], half, *STORES[7:]), remotes=())
    plant(desk.services, ANNA, var / "mail")
    file(desk.services, ANNA.request())
    await desk.work()
    assert state(desk) is RequestState.FAILED and "conversations" not in receipts(desk)
    assert {"conversations", "messages"} <= {table for table, _ in traces(ANNA, every_row(database_url))}
    before = receipts(desk)
    half.broken = False
    desk.clock.advance(timedelta(seconds=31))
    await desk.work()
    assert state(desk) is RequestState.COMPLETED
    assert {store: receipts(desk)[store] for store in before} == before and receipts(desk)["conversations"] == 3
    assert traces(ANNA, every_row(database_url)) == []


async def test_support_is_told_when_trying_did_not_help(new_desk: NewDesk, var: Path) -> None:
    flaky = Flaky()
    desk = new_desk(remotes=(flaky,))
    plant(desk.services, ANNA, var / "mail")
    file(desk.services, ANNA.request())
    for _ in range(ATTEMPTS):
        await desk.work()
        desk.clock.advance(timedelta(hours=7))
    await desk.work()
    (mail,) = desk.mailer.sent
    assert mail.to == "support@outsource.com" and "flaky" in mail.text and ANNA.word not in mail.text
    assert set(flaky.keys) == {"erase:r-anna:flaky"} and len(flaky.keys) == ATTEMPTS
    assert state(desk) is RequestState.FAILED


async def test_a_closing_letter_that_bounces_leaves_no_trace(desk: Desk, var: Path, database_url: str) -> None:
    plant(desk.services, ANNA, var / "mail")
    file(desk.services, ANNA.request())
    desk.mailer.dead = {ANNA.email}
    await desk.work()
    assert state(desk) is RequestState.COMPLETED
    assert traces(ANNA, every_row(database_url)) == []
    with desk.services.transactions() as uow:
        assert uow.outbox.counts() == (1, 1) and uow.suppressions.count() == 0


@pytest.mark.parametrize("round", range(6))
@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_a_revocation_racing_the_execution_one_of_them_wins(desk: Desk, var: Path, round: int) -> None:
    plant(desk.services, ANNA, var / "mail")
    file(desk.services, ANNA.request())
    casework, start, revoked = desk.services.casework, threading.Barrier(2), []

    def take_back() -> None:
        start.wait()
        with desk.services.transactions() as uow:
            request = uow.requests.by_id("r-anna")
            assert request is not None
            try:
                revoke(uow, request, casework.register, casework.notices)
            except IllegalTransition:
                return
            uow.commit()
        revoked.append(True)

    def carry_out() -> None:
        start.wait()
        asyncio.run(casework.executor.run("r-anna"))

    threads = [threading.Thread(target=take_back), threading.Thread(target=carry_out)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with desk.services.transactions() as uow:
        account = uow.accounts.by_id("anna")
    assert account is not None
    assert state(desk) is (RequestState.REVOKED if revoked else RequestState.COMPLETED)
    assert account.erased is not bool(revoked)
    assert bool(receipts(desk)) is not bool(revoked)


async def test_what_is_not_due_held_or_taken_back_is_not_carried_out(desk: Desk, var: Path) -> None:
    plant(desk.services, ANNA, var / "mail")
    file(desk.services, ANNA.request(scheduled_for=NOW + DAY))
    await desk.work()
    assert state(desk) is RequestState.SCHEDULED and not receipts(desk)
    member = StaffMember("ada", "ada@desk.example", "Ada", Role.SUPERVISOR, NOW, "t")
    desk.services.casework.decisions.hold(member, ANNA.request().reference, HoldReason.LEGAL, "a court asks")
    desk.clock.advance(2 * DAY)
    await desk.services.casework.executor.run("r-anna")
    assert state(desk) is RequestState.ON_HOLD and not receipts(desk)


async def test_nobody_can_sign_in_as_somebody_erased(desk: Desk, var: Path) -> None:
    plant(desk.services, ANNA, var / "mail")
    file(desk.services, ANNA.request())
    identity, chat = desk.services.identity, desk.services.identity.open("web")
    with desk.services.transactions() as uow:
        open_chat = uow.conversations.get("c-anna")
    assert open_chat is not None
    await desk.work()
    with pytest.raises(SignInRefused):
        identity.sign_in(chat.id, "erased:anna", "")
    with pytest.raises(NotFound):
        identity.vouch(chat.id, "anna", "token", NOW + DAY)
    with pytest.raises(TokenInvalid):
        identity.get(open_chat.id, open_chat.epoch)
    with pytest.raises(NotFound):
        await desk.services.turns.say(open_chat, "m1", "are you still there?")


async def test_an_account_that_is_already_gone(desk: Desk, var: Path) -> None:
    plant(desk.services, ANNA, var / "mail")
    file(desk.services, ANNA.request())
    await desk.work()
    second = ANNA.request("again", mailbox=None, conversation_id=None)
    file(desk.services, second)
    await desk.work()
    assert state(desk, second.id) is RequestState.COMPLETED
    counts = receipts(desk, second.id)
    assert {store: count for store, count in counts.items() if count} == {"requests": 1}
    assert len(desk.mailer.sent) == 1


async def test_a_childs_account_goes_and_the_parent_is_told(desk: Desk, var: Path, database_url: str) -> None:
    for who in (ANNA, BEN):
        plant(desk.services, who, var / "mail")
    with desk.services.transactions() as uow:
        uow.suppressions.remove(BEN.email)
        uow.commit()
    details = {"child": ANNA.email, "account": "anna"}
    file(desk.services, BEN.request("child", type=RequestType.CHILD_DELETION, details=details))
    await desk.work()
    assert traces(ANNA, every_row(database_url)) == []
    (letter,) = desk.mailer.sent
    assert letter.to == BEN.email
    with desk.services.transactions() as uow:
        parent, request = uow.accounts.by_id("benj"), uow.requests.by_id("r-benjchild")
    assert parent is not None and parent.email == BEN.email
    assert request is not None and (request.mailbox, request.details) == (BEN.email, {})


async def test_everything_else_the_person_asked_for_ends(desk: Desk, var: Path) -> None:
    plant(desk.services, ANNA, var / "mail")
    copy = ANNA.request("later", type=RequestType.EXPORT, scheduled_for=NOW + DAY)
    file(desk.services, copy, due=NOW + DAY)
    reported = {"child": "kid@school.example"}
    child = ANNA.request("kid", type=RequestType.CHILD_DELETION, state=RequestState.IN_REVIEW, details=reported)
    with desk.services.transactions() as uow:
        uow.requests.add(child)
        uow.commit()
    file(desk.services, ANNA.request())
    await desk.work()
    with desk.services.transactions() as uow:
        kept = uow.requests.by_id(child.id)
    assert state(desk, copy.id) is RequestState.CANCELED
    assert state(desk, "r-annaopen") is RequestState.CANCELED
    assert kept is not None
    assert (kept.state, kept.mailbox, kept.details) == (RequestState.IN_REVIEW, None, reported)


async def test_what_comes_in_during_the_execution_goes_too(new_desk: NewDesk, var: Path, database_url: str) -> None:
    """A sign-in and a code between the stores, and a mail that a worker had in its hands already."""

    class Busy(Flaky):
        async def erase(self, person: Person, key: str) -> int | None:
            with self.desk.services.transactions() as uow:
                proof = {"account_id": "anna", "mailbox": ANNA.email, "base": Assurance.PASSWORD}
                uow.conversations.add(Conversation("c-late", "web", NOW, **proof))  # type: ignore[arg-type]
                uow.commit()
            self.desk.services.identity.send_code("c-late", ANNA.email)
            return 0

    busy = Busy()
    desk = new_desk(remotes=(busy,))
    busy.desk = desk  # type: ignore[attr-defined]
    plant(desk.services, ANNA, var / "mail")
    file(desk.services, ANNA.request())
    with desk.services.transactions() as uow:
        uow.outbox.put("held", OutboxKind.MAIL, {"to": ANNA.email, "template": "code", "values": {"code": "1"}}, NOW)
        (held,) = [item for item in uow.outbox.claim(NOW, NOW + MINUTE, 50) if item.key == "held"]
        uow.commit()
    await desk.services.casework.executor.run("r-anna")
    await desk.worker._mail(held)
    desk.worker.outgoing.refused(ANNA.email, held)
    await desk.work()
    assert [mail.key for mail in desk.mailer.sent] == ["closing:r-anna"]
    assert traces(ANNA, every_row(database_url)) == []


async def test_a_turn_under_way_is_forgotten_at_the_second_look(desk: Desk, var: Path, endpoints: Path) -> None:
    from tests.execution.test_traces import remember, tracker_rows

    plant(desk.services, ANNA, var / "mail")
    await asyncio.to_thread(remember, endpoints, ANNA)
    file(desk.services, ANNA.request())
    await desk.work()
    await asyncio.to_thread(remember, endpoints, ANNA)
    assert traces(ANNA, tracker_rows(endpoints))
    desk.clock.advance(3 * MINUTE)
    await desk.work()
    assert traces(ANNA, tracker_rows(endpoints)) == []


def test_requests_of_a_new_account_at_the_same_address_are_not_touched(desk: Desk, var: Path) -> None:
    """While a partner keeps a deletion waiting, the person may come back under the same address."""
    plant(desk.services, ANNA, var / "mail")
    with desk.services.transactions() as uow:
        person = uow.people.find("anna", ANNA.email)
        old = uow.accounts.by_id("anna")
        assert old is not None
        uow.accounts.save(old.tombstone())
        uow.accounts.add(replace(old, id="anna2"))
        uow.conversations.add(Conversation("c-new", "web", NOW, account_id="anna2", mailbox=ANNA.email))
        again = uow.people.refresh(person)
    assert again.mailboxes == () and "c-new" not in again.conversations and "c-anna" in again.conversations
