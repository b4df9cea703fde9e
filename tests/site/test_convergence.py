"""Whatever is changed on either side, in whatever order it arrives: the newest choice ends up on both."""

from __future__ import annotations

import asyncio
import ssl
from datetime import timedelta
from pathlib import Path

import pytest
import trustme
from aiohttp.test_utils import TestServer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.consents import preferences
from bot.domain.errors import StorageBusy
from bot.domain.identity import Conversation
from bot.domain.proposals import ProposalKind
from bot.domain.settings import setting
from bot.services.flows import Question
from bot.storage.unit_of_work import SqlTransactions
from tests.fakes import FakeTransactions
from tests.fakes_world import FakeClock
from tests.site import api
from tests.site.conftest import SECRET, Desk, Line, anna, desk_on
from tests.site.reference import Fault, ReferenceSite

KEYS = ("newsletter", "research", "facebook_advice")
STEPS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["here", "there"]), st.sampled_from(KEYS), st.booleans()),
        st.tuples(st.just("deliver"), st.sampled_from(["well", "refuse", "lose"]), st.none()),
        st.tuples(st.just("wait"), st.integers(1, 200), st.none()),
        st.tuples(st.just("sign_in"), st.none(), st.none()),
    ),
    max_size=14,
)


class Play:
    """Carries out steps and keeps the newest choice of each setting."""

    def __init__(self, desk: Desk, conversation: Conversation) -> None:
        self.desk, self.conversation = desk, conversation
        self.newest: dict[str, bool] = dict(desk.site.people["u-17"].settings)

    async def step(self, kind: str, what: object, value: object) -> None:
        clock, site = self.desk.line.clock, self.desk.site
        clock.advance(timedelta(seconds=1))
        if kind == "here":
            self.here(str(what), bool(value))
        elif kind == "there":
            site.people["u-17"].settings[str(what)] = self.newest[str(what)] = bool(value)
            site.people["u-17"].at[str(what)] = clock.now()
        elif kind == "wait":
            clock.advance(timedelta(seconds=int(str(what))))
        elif kind == "deliver":
            site.faults = [Fault(503, after=what == "lose")] * (0 if what == "well" else 50)
            await self.desk.work()
            site.faults = []
            self.desk.line.waits.now += 60
        else:
            self.conversation = await self.desk.signed_in()

    def here(self, key: str, on: bool) -> None:
        shown = preferences(self.desk.settings())[setting(key)]
        details = {"keys": [key], "on": on}
        step = self.desk.services.flows.begin(self.conversation.id, ProposalKind.CHANGE_SETTINGS, details)
        assert isinstance(step, Question) == (on and not shown)
        if isinstance(step, Question):
            self.desk.services.flows.confirm(self.conversation.id)
        if not (on and shown):
            self.newest[key] = on


async def play(steps: list[tuple[str, object, object]], authority: trustme.CA, ca: str) -> None:
    clock = FakeClock()
    site = ReferenceSite(SECRET, clock.now, people={"u-17": anna()})
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    server = TestServer(site.app(), scheme="https")
    await server.start_server(ssl=context)
    line = Line(site, clock, f"https://127.0.0.1:{server.port}{api.PREFIX}", ca)
    desk = desk_on(line, FakeTransactions(), line.client())
    try:
        told = Play(desk, await desk.signed_in())
        for step in steps:
            await told.step(*step)
        # A breaker that lets one probe through leaves the others for their next turn.
        while desk.waiting() and clock.now() < FakeClock().now() + timedelta(days=7):
            clock.advance(timedelta(days=1))
            line.waits.now += 60
            await desk.work()
        await desk.signed_in()
        assert (desk.waiting(), desk.given_up()) == ([], [])
        assert {key: site.people["u-17"].settings.get(key) for key in told.newest} == told.newest
        assert {key: desk.settings().get(key) for key in told.newest} == told.newest
        keys = [key for key, _ in site.effects]
        assert len(keys) == len(set(keys)), "no change was carried out twice"
    finally:
        await desk.services.site.close()
        await server.close()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=STEPS)
def test_both_sides_end_with_the_newest_choice(
    steps: list[tuple[str, object, object]], authority: trustme.CA, authority_file: str
) -> None:
    asyncio.run(play(steps, authority, authority_file))


@pytest.mark.parametrize("database", ["sqlite_url", "postgres_url"])
async def test_a_person_who_signs_in_at_four_places_at_once_is_one_person(
    database: str, request: pytest.FixtureRequest, line: Line
) -> None:
    transactions = SqlTransactions(request.getfixturevalue(database))
    desk = desk_on(line, transactions, line.client())

    async def sign_in() -> Conversation:
        while True:
            try:
                return await desk.signed_in()
            except StorageBusy:
                continue

    conversations = await asyncio.gather(*(sign_in() for _ in range(4)))
    assert {conversation.account_id for conversation in conversations} == {"u-17"}
    assert [tag for tag, _ in desk.audited()].count("site:mirror") == 1
    await desk.services.site.close()
    transactions.close()


@pytest.fixture(scope="session")
def authority_file(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> str:
    file: Path = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(str(file))
    return str(file)
