"""The list of conversations."""

from __future__ import annotations

import asyncio

from aiohttp import web

from bot.domain.console import Show
from bot.domain.errors import InvalidInput
from bot.gateway.console import cursor
from bot.gateway.console.visit import Visit
from bot.services.console.inbox import PAGE


async def show(visit: Visit) -> web.StreamResponse:
    """`GET /console/inbox?show=waiting&after=…`."""
    query = visit.request.query
    try:
        wanted = Show(query.get("show", Show.ALL.value))
    except ValueError:
        raise InvalidInput("There is no such list.") from None
    rows = await asyncio.to_thread(visit.console.inbox.page, visit.me, wanted, cursor.decode(query.get("after", "")))
    onward = cursor.encode(rows[-1].position) if len(rows) == PAGE else ""
    return visit.page("inbox.html", rows=rows, show=wanted, lists=tuple(Show), onward=onward, searched="", said=())


async def search(visit: Visit) -> web.StreamResponse:
    """`POST /console/inbox`: conversations of an address, a name, a request number or an id, and lines with words."""
    text = visit.field("q")
    rows = await asyncio.to_thread(visit.console.inbox.search, visit.me, text)
    said = await asyncio.to_thread(visit.console.inbox.said, visit.me, text)
    return visit.page("inbox.html", rows=rows, show=None, lists=tuple(Show), onward="", searched=text, said=said)
