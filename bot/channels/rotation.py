"""Keeps Rasa's sessions short: the cost of a turn grows with the events of the current session."""

from __future__ import annotations

import logging
from collections import OrderedDict

from rasa.core.agent import Agent
from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
from rasa.shared.core.events import ActionExecuted, Event, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

logger = logging.getLogger(__name__)

SESSION_TURNS = 20
HARD_LIMIT = 100
"""Turns after which even an unfinished form is left behind."""


class SessionRotation:
    """Starts a new Rasa session for a conversation every SESSION_TURNS turns.

    The number of turns is counted here and checked against the tracker only when it is reached (or not known), so
    that an ordinary turn does not load the tracker twice.
    """

    def __init__(self, turns: int = SESSION_TURNS, hard_limit: int = HARD_LIMIT, remembered: int = 10_000) -> None:
        self._limit, self._hard_limit, self._remembered = turns, hard_limit, remembered
        self._turns: OrderedDict[str, int] = OrderedDict()

    async def before_turn(self, agent: Agent, conversation_id: str) -> None:
        """Counts the turn that is about to run, and starts a new session first where one is due."""
        turns = self._turns.pop(conversation_id, None)
        if turns is None or turns >= self._limit:
            turns = await self._check(agent, conversation_id)
        self._turns[conversation_id] = turns + 1
        if len(self._turns) > self._remembered:
            self._turns.popitem(last=False)

    async def _check(self, agent: Agent, conversation_id: str) -> int:
        async with agent.lock_store.lock(conversation_id):
            tracker = await agent.tracker_store.retrieve(conversation_id)
            if tracker is None:
                return 0
            turns = sum(isinstance(event, UserUttered) for event in tracker.events)
            busy = tracker.active_loop is not None and turns < self._hard_limit
            if turns < self._limit or busy:
                return turns
            tracker.update_with_events(new_session(tracker), agent.domain)
            await agent.tracker_store.save(tracker)
            logger.debug("Started a new Rasa session after %d turns.", turns)
            return 0


def new_session(tracker: DialogueStateTracker) -> list[Event]:
    """The events of a session start that keeps what each slot holds now, once.

    Rasa's own action copies every past `SlotSet`, which would grow for ever. The order of creation matters: the SQL
    store loads what is not older than the newest `SessionStarted`, so that event must be made first, while the
    in-memory store cuts at the `action_session_start` that precedes it.
    """
    started = SessionStarted()
    kept = [SlotSet(name, slot.value) for name, slot in tracker.slots.items() if slot.value != slot.initial_value]
    return [ActionExecuted(ACTION_SESSION_START_NAME), started, *kept, ActionExecuted(ACTION_LISTEN_NAME)]
