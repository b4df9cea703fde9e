"""The one loop of everything that takes work from the database: take some, and wait a little when there was none."""

from __future__ import annotations

import asyncio
from typing import Awaitable, Callable

from bot.domain.errors import StorageBusy


async def rounds(once: Callable[[], Awaitable[int]], stop: asyncio.Event, idle: float) -> None:
    """Calls `once` until `stop` is set; a busy or absent database only makes it wait.

    Args:
        once: does one batch; how much it did.
        idle: seconds to wait after a batch with nothing in it.
    """
    while not stop.is_set():
        try:
            worked = await once()
        except StorageBusy:
            worked = 0
        if not worked:
            try:
                await asyncio.wait_for(stop.wait(), idle)
            except asyncio.TimeoutError:
                continue
