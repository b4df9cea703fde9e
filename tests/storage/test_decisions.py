"""Two colleagues at the same moment, on real databases."""

from __future__ import annotations

import pytest

from bot.config import Config
from bot.domain.errors import ChangedMeanwhile, InvalidInput
from bot.domain.requests import RequestState
from bot.domain.staff import Role, StaffMember
from bot.services.requests.decisions import Decisions
from bot.storage.unit_of_work import SqlTransactions
from bot.wiring import build_services
from tests.fakes_world import FakeBot, FakeClock, FakePolicy
from tests.storage.examples import NOW, request, settle
from tests.storage.threads import at_once

STAFF = [
    StaffMember(name, f"{name}@desk.example", name.title(), Role.SUPERVISOR, NOW, "t") for name in ("ada", "bob", "eve")
]


@pytest.fixture
def decisions(database: SqlTransactions) -> Decisions:
    config = Config(deletion_approvals=2)
    parts = {"transactions": database, "clock": FakeClock(NOW), "policy": FakePolicy(), "bot": FakeBot()}
    settle(database)
    with database() as uow:
        for member in STAFF:
            uow.staff.add(member)
        uow.requests.add(request(state=RequestState.IN_REVIEW, mailbox="anna@example.com"))
        uow.commit()
    return build_services(config, **parts).casework.decisions


def executions(database: SqlTransactions) -> int:
    with database() as uow:
        later = request().due_at
        items = uow.outbox.claim(later, later, 100)
    return sum(item.kind.value == "execute" for item in items)


def test_approvals_at_once_schedule_it_once(database: SqlTransactions, decisions: Decisions) -> None:
    def approve(number: int) -> str:
        for _ in range(20):
            try:
                return decisions.approve(STAFF[number], request().reference).request.state.value
            except ChangedMeanwhile:
                continue
            except InvalidInput:
                return "too late"
        return "never"

    assert sorted(at_once(3, approve)) == ["in_review", "scheduled", "too late"]
    assert executions(database) == 1


def test_of_an_approval_and_a_denial_at_once_one_wins(database: SqlTransactions, decisions: Decisions) -> None:
    decisions.approve(STAFF[2], request().reference)

    def decide(number: int) -> str:
        try:
            if number:
                return decisions.approve(STAFF[0], request().reference).request.state.value
            return decisions.cancel(STAFF[1], request().reference, "Asked by phone.").request.state.value
        except (ChangedMeanwhile, InvalidInput):
            return "refused"

    outcomes = sorted(at_once(2, decide))
    with database() as uow:
        stored = uow.requests.by_reference(request().reference)
    assert stored is not None
    # A cancel may still follow an approval that was quicker; an approval never follows a cancel.
    assert outcomes in (["canceled", "refused"], ["refused", "scheduled"], ["canceled", "scheduled"])
    assert stored.state.value in outcomes
    assert executions(database) == (1 if "scheduled" in outcomes else 0)
