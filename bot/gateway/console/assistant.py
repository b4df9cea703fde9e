"""Agent mode: a member of staff and the assistant."""

from __future__ import annotations

import asyncio

from aiohttp import web

from bot.gateway.console.visit import Visit
from bot.services.console.assistant import Exchange


async def show(visit: Visit) -> web.StreamResponse:
    """`GET /console/assistant`."""
    return await _page(visit, Exchange())


async def ask(visit: Visit) -> web.StreamResponse:
    """`POST /console/assistant`: the answer in full, this once; afterwards only a pointer to it is left."""
    given = (visit.field("ask_id"), visit.field("q"))
    return await _page(visit, await asyncio.to_thread(visit.console.assistant.ask, visit.me, *given))


async def _page(visit: Visit, exchange: Exchange) -> web.Response:
    services = visit.desk.services
    return visit.page(
        "assistant.html",
        messages=await asyncio.to_thread(visit.console.assistant.history, visit.me),
        found=exchange.found,
        card=exchange.found.person if exchange.found else None,
        aspect=exchange.aspect.value,
        ask_id=services.random.id(),
        now=services.clock.now(),
    )
