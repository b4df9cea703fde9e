"""Who has which conversation open, so that two agents see each other."""

from __future__ import annotations

import asyncio

from bot.gateway.bus import Bus, Event

AWAY_AFTER = 40.0
"""Seconds without a sign of life."""


class Presence:
    """Who has which conversation open, here and at other gateways."""

    def __init__(self) -> None:
        self._seen: dict[str, dict[str, tuple[str, float]]] = {}

    def note(self, event: Event, now: float) -> None:
        """Takes a `presence` event in."""
        there = self._seen.setdefault(event["conversation"], {})
        if event["here"]:
            there[event["staff"]] = (event["name"], now)
        else:
            there.pop(event["staff"], None)
        if not there:
            del self._seen[event["conversation"]]

    def others(self, conversation_id: str, me: str, now: float) -> list[str]:
        """First names of colleagues who have the conversation open."""
        there = self._seen.get(conversation_id, {})
        return sorted(name for staff, (name, at) in there.items() if staff != me and now - at < AWAY_AFTER)


async def keep_presence(bus: Bus, presence: Presence) -> None:
    """Keeps track until it is cancelled."""
    with bus.subscribe() as events:
        while True:
            event = await events.get()
            if event.get("kind") == "presence":
                presence.note(event, asyncio.get_running_loop().time())
