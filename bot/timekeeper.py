"""Does what time alone brings about: reminders and expiry every minute, retention every hour."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Callable, Iterator, Mapping, Sequence

from bot.domain.errors import StorageBusy
from bot.rounds import rounds
from bot.services.ports import Clock

logger = logging.getLogger(__name__)

Job = Callable[[], Iterator[int]]
"""Works in batches, each its own short transaction; yields how many things a batch did."""
TICK = 60.0
"""Seconds."""


@dataclass(frozen=True)
class Chore:
    """Something that is done again and again.

    Attributes:
        every: time between two runs.
    """

    name: str
    job: Job
    every: timedelta


@dataclass
class Timekeeper:
    """Any number of these may share a database: every chore does each thing once, whoever gets there first."""

    clock: Clock
    chores: Sequence[Chore]
    _last: dict[str, datetime] = field(default_factory=dict)

    async def run(self, stop: asyncio.Event) -> None:
        """Works until `stop` is set."""

        async def once() -> int:
            await asyncio.to_thread(self.run_due, stop.is_set)
            return 0

        await rounds(once, stop, TICK)

    def run_due(self, stopped: Callable[[], bool] = lambda: False) -> None:
        """Runs the chores whose time has come. One that fails is tried again next time and holds up no other."""
        now = self.clock.now()
        for chore in self.chores:
            if stopped():
                return
            last = self._last.get(chore.name)
            if last is not None and now - last < chore.every:
                continue
            try:
                self._run(chore, stopped)
            except StorageBusy:
                logger.warning("%s: the database is busy; later", chore.name)
                continue
            except Exception:
                logger.exception("%s failed", chore.name)
            self._last[chore.name] = now

    def run_all(self) -> Mapping[str, int]:
        """Runs every chore once, whenever it ran last; how much each did. Raises what a chore raises."""
        return {chore.name: self._run(chore, lambda: False) for chore in self.chores}

    def _run(self, chore: Chore, stopped: Callable[[], bool]) -> int:
        done = 0
        for count in chore.job():
            done += count
            if stopped():
                break
        if done:
            logger.info("%s: %s", chore.name, done)
        return done
