"""A long conversation is many short Rasa sessions."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from rasa.core.lock_store import InMemoryLockStore
from rasa.core.tracker_store import InMemoryTrackerStore, SQLTrackerStore, TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, BotUttered, SessionStarted, SlotSet, UserUttered

from bot.channels.rotation import SessionRotation

DOMAIN = Domain.from_yaml(
    """
version: "3.1"
intents: [greet]
slots:
  colour: {type: text, mappings: [{type: custom}]}
  size: {type: text, mappings: [{type: custom}]}
forms:
  a_form: {required_slots: []}
"""
)
CONVERSATION = "conversation-1"


@pytest.fixture(params=["memory", "sql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> TrackerStore:
    if request.param == "memory":
        return InMemoryTrackerStore(DOMAIN)
    return SQLTrackerStore(DOMAIN, dialect="sqlite", db=str(tmp_path / "trackers.db"))


class Conversation:
    """Plays turns the way Rasa does: load, append, save."""

    def __init__(self, store: TrackerStore, rotation: SessionRotation) -> None:
        self.store, self.rotation = store, rotation
        self.agent: Any = SimpleNamespace(tracker_store=store, lock_store=InMemoryLockStore(), domain=DOMAIN)

    async def turn(self, number: int, *events: Any) -> None:
        await self.rotation.before_turn(self.agent, CONVERSATION)
        tracker = await self.store.get_or_create_tracker(CONVERSATION)
        heard = UserUttered(f"turn {number}", {"name": "greet"})
        said = [heard, *events, BotUttered("yes"), ActionExecuted("action_listen")]
        tracker.update_with_events(said, DOMAIN)
        await self.store.save(tracker)

    async def session(self) -> Any:
        return await self.store.retrieve(CONVERSATION)


def turns_in(tracker: Any) -> int:
    return sum(isinstance(event, UserUttered) for event in tracker.events)


def test_sessions_stay_short_and_slots_carry_over(store: TrackerStore) -> None:
    async def play() -> None:
        conversation = Conversation(store, SessionRotation(turns=5))
        for number in range(23):
            await conversation.turn(number, SlotSet("colour", f"red {number}"))
        tracker = await conversation.session()
        assert turns_in(tracker) == 3
        assert tracker.get_slot("colour") == "red 22"
        assert sum(isinstance(event, SlotSet) for event in tracker.events) == 1 + 3
        if isinstance(store, SQLTrackerStore):
            full = await store.retrieve_full_tracker(CONVERSATION)
            assert full is not None and turns_in(full) == 23
            assert sum(isinstance(event, SessionStarted) for event in full.events) == 4

    asyncio.run(play())


def test_an_active_form_is_not_interrupted(store: TrackerStore) -> None:
    async def play() -> None:
        conversation = Conversation(store, SessionRotation(turns=3, hard_limit=100))
        await conversation.turn(0, ActiveLoop("a_form"))
        for number in range(1, 8):
            await conversation.turn(number)
        assert turns_in(await conversation.session()) == 8
        await conversation.turn(8, ActiveLoop(None))
        await conversation.turn(9)
        assert turns_in(await conversation.session()) == 1

    asyncio.run(play())


def test_even_a_form_has_an_end(store: TrackerStore) -> None:
    async def play() -> None:
        conversation = Conversation(store, SessionRotation(turns=3, hard_limit=6))
        for number in range(7):
            await conversation.turn(number, ActiveLoop("a_form"))
        assert turns_in(await conversation.session()) == 1

    asyncio.run(play())


def test_a_restarted_process_counts_from_the_tracker(store: TrackerStore) -> None:
    async def play() -> None:
        before = Conversation(store, SessionRotation(turns=5))
        for number in range(5):
            await before.turn(number)
        after = Conversation(store, SessionRotation(turns=5))
        await after.turn(5)
        assert turns_in(await after.session()) == 1

    asyncio.run(play())
