"""Privacy requests under random hands: persons, thieves, staff, workers and the clock, on real databases.

At least 5,000 steps each. After every step: nothing unproved is carried out, and every change of a request has its
audit row. At the end: the chain verifies, and nothing was sent twice.
"""

from __future__ import annotations

import asyncio
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import create_engine, text

from bot.config import Config
from bot.domain.accounts import Account
from bot.domain.audit import AuditTag, first_broken
from bot.domain.erasure import Person
from bot.domain.errors import PrivacyDeskError
from bot.domain.identity import Conversation
from bot.domain.proposals import ProposalKind
from bot.domain.requests import CLOSED, FILED, UNPROVED, DenialReason, HoldReason, PrivacyRequest, RequestState
from bot.domain.staff import Role, StaffMember
from bot.storage.migrations import upgrade
from bot.storage.unit_of_work import SqlTransactions
from bot.wiring import build_services, build_worker
from tests.conftest import NewDatabase
from tests.fakes_world import FakeBot, FakeClock, FakeGraph, FakeHasher, FakeMailer, FakePolicy, FakeRandomness

CHANGES = frozenset(
    {
        AuditTag.REQUEST_OPENED,
        AuditTag.REQUEST_ADVANCED,
        AuditTag.REQUEST_DETAILED,
        AuditTag.REQUEST_APPROVED,
        AuditTag.REQUEST_EXTENDED,
    }
)
STEPS, EXAMPLES = 50, 110
PEOPLE = ("anna@example.com", "ben@example.com", "stranger@example.net")
KINDS = (
    ProposalKind.DELETE_ACCOUNT,
    ProposalKind.EXPORT,
    ProposalKind.REPORT_CHILD,
    ProposalKind.REQUEST_STATUS,
    ProposalKind.REVOKE_REQUEST,
    ProposalKind.PREVIEW_DELETION,
)
AT_WORK = (RequestState.EXECUTING, RequestState.FAILED)
DONE = FILED | {RequestState.COMPLETED}
WANTED = frozenset(RequestState) - {RequestState.RECEIVED, RequestState.ACKNOWLEDGED, RequestState.EXECUTING}
"""States that must have been seen, or the hands were not random enough; the others last no longer than a moment."""
NewUrl = Callable[[], AbstractContextManager[str]]


@dataclass
class Outside:
    """A store of somebody else's, which is away now and then."""

    name: str = "outside"
    title: str = "Somewhere else"
    down: bool = False
    erased: Counter[str] = field(default_factory=Counter)

    async def count(self, person: Person) -> int | None:
        return None

    async def export(self, person: Person) -> Sequence[Mapping[str, Any]]:
        return []

    async def erase(self, person: Person, key: str) -> int | None:
        if self.down:
            raise ConnectionRefusedError("away")
        self.erased[key] += 1
        return None


class Requests(RuleBasedStateMachine):
    """One deployment."""

    new_url: NewUrl
    reached: Counter[RequestState]
    steps: Counter[str]

    @initialize(approvals=st.sampled_from([0, 1, 2]))
    def open_desk(self, approvals: int) -> None:
        self.opened = self.new_url()
        self.transactions = SqlTransactions(self.opened.__enter__())
        self.clock, self.mailer, self.outside = FakeClock(), FakeMailer(), Outside()
        self.services = build_services(
            Config(deletion_approvals=approvals, facebook_app_id="app"),
            transactions=self.transactions,
            clock=self.clock,
            random=FakeRandomness(),
            hasher=FakeHasher(),
            policy=FakePolicy(),
            bot=FakeBot(),
            remotes=(self.outside,),
        )
        self.worker = build_worker(self.services, mailer=self.mailer, facebook=FakeGraph())
        self.staff = [
            StaffMember(name, f"{name}@desk.example", name.title(), Role.SUPERVISOR, self.clock.now(), "t")
            for name in ("ada", "bob")
        ]
        self.conversations: list[Conversation] = []
        self.proved: set[str] = set()
        self.written: Counter[str] = Counter()
        self.read = 0
        with self.transactions() as uow:
            for member in self.staff:
                uow.staff.add(member)
            for who in PEOPLE[:2]:
                uow.accounts.add(Account(who.split("@")[0], who, self.clock.now(), "hash of right"))
            uow.commit()
        self.open_chat()

    def open_chat(self) -> None:
        if len(self.conversations) < 4:
            self.conversations.append(self.services.identity.open("web"))

    # Few rules, each with many hands: hypothesis switches rules off for whole runs.
    @rule(
        what=st.sampled_from(["all the way"] * 6 + ["open", "sign in", "code", "wrong code", "ask", "ask"]),
        which=st.integers(0, 3),
        who=st.sampled_from(PEOPLE),
        kind=st.sampled_from(KINDS),
        word=st.sampled_from(["yes", "yes", "yes", "no", "go on", "sign out"]),
    )
    def talk(self, what: str, which: int, who: str, kind: ProposalKind, word: str) -> None:
        if what == "open":
            self.open_chat()
        elif what == "sign in":
            self.attempt(lambda: self.services.identity.sign_in(self.chat(which), who, "right"))
        elif what == "code":
            self.code(which, who, honest=True)
        elif what == "wrong code":
            self.code(which, who, honest=False)
        else:
            if what == "all the way":
                self.code(which, who, honest=True)
            self.ask(which, kind)
            self.answer(which, word)

    @rule(who=st.integers(0, 1), which=st.integers(0, 9), what=st.integers(0, 6))
    def decide(self, who: int, which: int, what: int) -> None:
        requests = [request for request in self.requests() if request.open] or self.requests()
        if not requests:
            return
        member, reference = self.staff[who], requests[which % len(requests)].reference
        decisions = self.services.casework.decisions
        acts: list[Callable[[], Any]] = [
            lambda: decisions.approve(member, reference),
            lambda: decisions.approve(member, reference),
            lambda: decisions.deny(member, reference, DenialReason.NO_MATCH),
            lambda: decisions.hold(member, reference, HoldReason.IDENTITY, "We are not sure who you are."),
            lambda: decisions.resume(member, reference),
            lambda: decisions.extend(member, reference, "It takes longer."),
            lambda: decisions.cancel(member, reference, "Asked by phone."),
        ]
        self.attempt(acts[what])

    @rule(
        minutes=st.sampled_from([1, 11, 31, 60 * 24, 60 * 24 * 8, 60 * 24 * 8]),
        mail_down=st.booleans(),
        outside_down=st.booleans(),
    )
    def time_passes(self, minutes: int, mail_down: bool, outside_down: bool) -> None:
        self.clock.advance(timedelta(minutes=minutes))
        timers = self.services.casework.timers
        for chore in (timers.expire, timers.hasten, timers.remind, timers.alert):
            list(chore())
        self.mailer.down, self.outside.down = mail_down, outside_down
        asyncio.run(self.drain())
        self.mailer.down = self.outside.down = False

    def code(self, which: int, who: str, honest: bool) -> None:
        self.attempt(lambda: self.services.identity.send_code(self.chat(which), who))
        digits = self.mailed_code(self.chat(which)) if honest else "000000"
        proved = self.attempt(lambda: self.services.identity.prove_code(self.chat(which), digits))
        if proved is not None:
            self.proved.add(str(proved.mailbox))

    def ask(self, which: int, kind: ProposalKind) -> None:
        details = {"email_address": PEOPLE[0]} if kind is ProposalKind.REPORT_CHILD else {}
        self.attempt(lambda: self.services.flows.begin(self.chat(which), kind, details))

    def answer(self, which: int, word: str) -> None:
        flows, chat = self.services.flows, self.chat(which)
        acts: dict[str, Callable[[], Any]] = {
            "yes": lambda: flows.confirm(chat),
            "no": lambda: flows.decline(chat),
            "go on": lambda: flows.resume(chat),
            "sign out": lambda: self.services.identity.sign_out(chat),
        }
        self.attempt(acts[word])

    @invariant()
    def nothing_unproved_is_carried_out_and_every_change_has_its_audit_row(self) -> None:
        self.steps["taken"] += 1
        with self.transactions() as uow:
            requests = uow.requests.received_between(FakeClock().now(), self.clock.now() + timedelta(days=1))
            for number, entry, _ in uow.audit.rows(after=self.read):
                self.read = number
                if entry.tag in CHANGES:
                    self.written[entry.details.get("reference", "")] += 1
        for request in requests:
            self.reached[request.state] += 1
            if request.state in DONE:
                assert request.verified_at is not None, request
            if request.state in UNPROVED:
                assert request.verified_at is None, request
            if request.mailbox is not None:
                assert request.mailbox in self.proved, f"{request.mailbox} never typed a code back"
            assert (request.closed_at is not None) == (request.state in CLOSED), request
            # Taking the person off a request is a version too; the row for that is the store's.
            taken_off = request.conversation_id is None or request.state in AT_WORK
            assert 0 <= request.version - self.written[request.reference] <= int(taken_off), request

    def teardown(self) -> None:
        if not hasattr(self, "transactions"):
            return
        asyncio.run(self.drain())
        with self.transactions() as uow:
            assert first_broken(uow.audit.rows(limit=100_000)) is None
        twice = [key for key, count in Counter(posted.key for posted in self.mailer.sent).items() if count > 1]
        assert not twice, twice
        assert set(self.outside.erased.values()) <= {1}, "nothing was erased twice"
        self.transactions.close()
        self.opened.__exit__(None, None, None)

    def attempt(self, act: Callable[[], Any]) -> Any:
        """Every refusal is one we raise on purpose; anything else fails the test."""
        try:
            return act()
        except PrivacyDeskError:
            return None

    def chat(self, which: int) -> str:
        return self.conversations[which % len(self.conversations)].id

    def requests(self) -> list[PrivacyRequest]:
        with self.transactions() as uow:
            start, end = FakeClock().now(), self.clock.now() + timedelta(days=1)
            return list(uow.requests.received_between(start, end))

    def mailed_code(self, conversation_id: str) -> str:
        with self.transactions() as uow:
            rows = uow.outbox.claim(self.clock.now(), self.clock.now(), 10_000)
        codes = [row.payload["values"]["code"] for row in rows if row.payload.get("conversation") == conversation_id]
        return str(codes[-1]) if codes else "000000"

    async def drain(self) -> None:
        for _ in range(20):
            if not await self.worker.run_once():
                return


def play(new_url: NewUrl) -> None:
    reached: Counter[RequestState] = Counter()
    steps: Counter[str] = Counter()
    machine = type("Machine", (Requests,), {"new_url": staticmethod(new_url), "reached": reached, "steps": steps})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=True,
            phases=[Phase.generate],
        ),
    )
    assert steps["taken"] >= 5_000
    assert set(reached) >= WANTED, WANTED - set(reached)


def test_on_sqlite(sqlite_url: str, tmp_path: Path) -> None:
    template = Path(sqlite_url.removeprefix("sqlite:///"))
    played = tmp_path / "played.db"

    @contextmanager
    def fresh() -> Iterator[str]:
        for left in tmp_path.glob("played.db*"):
            left.unlink()
        shutil.copy(template, played)
        yield f"sqlite:///{played}"

    play(fresh)


def test_on_postgres(new_postgres: NewDatabase) -> None:
    with new_postgres() as server:
        upgrade(server)
        play(lambda: copied(server))


@contextmanager
def copied(template: str) -> Iterator[str]:
    """A database made from a migrated one, dropped afterwards."""
    source, name = template.rsplit("/", 1)[1], f"{template.rsplit('/', 1)[1]}_played"
    engine = create_engine(f"{template.rsplit('/', 1)[0]}/postgres", isolation_level="AUTOCOMMIT", future=True)
    with engine.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{source}"'))
    try:
        yield f"{template.rsplit('/', 1)[0]}/{name}"
    finally:
        with engine.connect() as connection:
            connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        engine.dispose()
