"""After a deletion nothing is found of the person, in any table and any file; and everything of everybody else."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.domain.audit import first_broken
from bot.domain.messages import OutboxKind
from bot.domain.requests import RequestState
from bot.storage.personal.registry import HOLDERS
from bot.stores.tracker import tracker_database
from tests.execution.conftest import Desk
from tests.execution.planting import ANNA, BEN, Planted, every_row, file, plant, traces, traces_in_files

BY_ID = {"preferences", "consents", "takeovers", "answers", "ratings", "scores"}
"""Tables that name a person by their ids only."""


def remember(endpoints: Path, who: Planted) -> None:
    """Has Rasa's own tracker store save what was said."""
    from rasa.core.tracker_store import TrackerStore
    from rasa.core.utils import AvailableEndpoints
    from rasa.shared.core.domain import Domain
    from rasa.shared.core.events import BotUttered, SlotSet, UserUttered
    from rasa.shared.core.slots import AnySlot
    from rasa.shared.core.trackers import DialogueStateTracker

    store = TrackerStore.create(AvailableEndpoints.read_endpoints(str(endpoints)).tracker_store, Domain.empty())
    for chat in (f"c-{who.id}", f"mail-{who.id}", f"left-{who.id}"):
        tracker = DialogueStateTracker(chat, slots=[AnySlot("value", mappings=[])])
        tracker.update(UserUttered(f"my name is {who.word}", {"name": "tell", "confidence": 1.0}))
        tracker.update(SlotSet("value", who.word))
        tracker.update(BotUttered(f"Hello {who.word}"))
        asyncio.run(store.save(tracker))  # type: ignore[arg-type]


def rows_of(who: Planted, found: dict[str, list[str]]) -> dict[str, list[str]]:
    return {table: [row for row in rows if who.id in row or who.word in row] for table, rows in found.items()}


def files_of(who: Planted, folder: Path) -> list[tuple[str, str]]:
    """But for the database, whose pages move from one of its files to another."""
    return [found for found in traces_in_files(who, folder) if not found[0].startswith("desk.db")]


@pytest.fixture
def planted(desk: Desk, var: Path, endpoints: Path, database_url: str) -> Desk:
    for who in (ANNA, BEN):
        plant(desk.services, who, var / "mail")
        remember(endpoints, who)
    assert {table for table, _ in traces(ANNA, every_row(database_url))} == set(HOLDERS) - BY_ID
    return desk


def tracker_rows(endpoints: Path) -> dict[str, list[str]]:
    address = tracker_database(endpoints)
    assert address is not None
    return every_row(address.render_as_string(hide_password=False))


def test_nothing_of_the_person_is_left_and_all_of_the_others(
    planted: Desk, var: Path, endpoints: Path, database_url: str
) -> None:
    desk = planted
    assert traces(ANNA, tracker_rows(endpoints)) and traces_in_files(ANNA, var)
    others = rows_of(BEN, every_row(database_url))
    others_said, others_files = traces(BEN, tracker_rows(endpoints)), files_of(BEN, var)
    file(desk.services, ANNA.request())
    asyncio.run(desk.work())

    assert traces(ANNA, every_row(database_url)) == []
    assert traces(ANNA, tracker_rows(endpoints)) == []
    assert traces_in_files(ANNA, var) == []
    after = every_row(database_url)
    assert [row for table in BY_ID for row in after[table] if "anna" in row] == []
    assert [len([row for row in after[table] if "benj" in row]) for table in sorted(BY_ID)] == [3, 2, 1, 3, 3, 3]

    assert rows_of(BEN, after) == others
    assert traces(BEN, tracker_rows(endpoints)) == others_said
    assert files_of(BEN, var) == others_files

    (letter,) = desk.mailer.sent
    assert (letter.to, letter.key) == (ANNA.email, "closing:r-anna")
    assert "Your conversations with the assistant" in letter.text and "24 months" in letter.text
    with desk.services.transactions() as uow:
        request = uow.requests.by_id("r-anna")
        assert first_broken(uow.audit.rows(limit=10_000)) is None
        waiting = uow.outbox.claim(desk.clock.now(), desk.clock.now(), 50)
    assert request is not None and request.state is RequestState.COMPLETED
    assert (request.mailbox, request.account_id, request.conversation_id, request.details) == (None, None, None, {})
    assert request.subject == "hash-anna"
    assert [item.kind for item in waiting if item.kind is OutboxKind.EXECUTE] == []
    assert desk.graph.revoked == []
