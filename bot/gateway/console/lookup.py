"""The box that answers, and the card of a person."""

from __future__ import annotations

import asyncio

from aiohttp import web

from bot.gateway.console.visit import Visit

FRAGMENT = "X-Fragment"


async def show(visit: Visit) -> web.StreamResponse:
    """`GET /console/`."""
    return visit.page("lookup.html", found=None, asked="")


async def find(visit: Visit) -> web.StreamResponse:
    """`POST /console/lookup`: by POST, because an address in a URL ends up in histories and logs."""
    found = await asyncio.to_thread(visit.console.lookup.find, visit.me, visit.field("q"))
    template = "_found.html" if FRAGMENT in visit.request.headers else "lookup.html"
    now = visit.desk.services.clock.now()
    return visit.page(template, found=found, asked=found.asked, now=now, card=found.person)


async def person(visit: Visit) -> web.StreamResponse:
    """`GET /console/people/{id}`."""
    card = await asyncio.to_thread(visit.console.people.card, visit.me, visit.request.match_info["id"])
    return visit.page("person.html", card=card, now=visit.desk.services.clock.now())
