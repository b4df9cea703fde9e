"""How the desk is doing."""

from __future__ import annotations

import asyncio
from statistics import median

from aiohttp import web

from bot.domain.console import BEST_SCORE
from bot.gateway.console import plots
from bot.gateway.console.visit import Visit


async def show(visit: Visit) -> web.StreamResponse:
    """`GET /console/numbers`: the last thirty days."""
    found = await asyncio.to_thread(visit.console.figures.numbers)
    return visit.page(
        "numbers.html",
        numbers=found,
        volume=sum(number for _, number in found.days),
        wait=_minutes(median(found.waits)) if found.waits else None,
        days=plots.columns(found.days),
        outcomes=plots.rows(sorted(found.outcomes.items())),
        people=sum(found.scores.values()),
        scores=plots.rows([(str(score), found.scores.get(score, 0)) for score in range(1, BEST_SCORE + 1)])
        if found.scores
        else (),
        requests=plots.rows(sorted(found.requests.items())),
    )


def _minutes(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
