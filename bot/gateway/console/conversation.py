"""One conversation: reading, taking over, answering, giving back."""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import web

from bot.domain.canned import CANNED
from bot.gateway.bodies import after
from bot.gateway.console.visit import PATH, Visit
from bot.gateway.delivery import show as deliver
from bot.services.console.inbox import Thread


async def show(visit: Visit) -> web.StreamResponse:
    """`GET /console/conversations/{id}?around=7`."""
    around = after(visit.request.query["around"]) if visit.request.query.get("around") else None
    thread = await asyncio.to_thread(visit.console.inbox.open, visit.me, _id(visit), around)
    reply_id = visit.desk.services.random.id()
    return visit.page(
        "conversation.html", thread=thread, canned=_canned(visit, thread), reply_id=reply_id, **_now(visit)
    )


async def messages(visit: Visit) -> web.StreamResponse:
    """`GET /console/conversations/{id}/messages?after=7`: what a page that is open does not have yet."""
    start = after(visit.request.query.get("after", "0"))
    said = await asyncio.to_thread(visit.console.inbox.since, _id(visit), start)
    return visit.page("_messages.html", messages=said)


async def take(visit: Visit) -> web.StreamResponse:
    """`POST /console/conversations/{id}/take`."""
    await deliver(visit.desk, await asyncio.to_thread(visit.console.takeovers.take, visit.me, _id(visit)))
    return _back(visit)


async def reply(visit: Visit) -> web.StreamResponse:
    """`POST /console/conversations/{id}/reply`."""
    given = (_id(visit), visit.field("reply_id"), visit.field("text"))
    await deliver(visit.desk, await asyncio.to_thread(visit.console.takeovers.reply, visit.me, *given))
    return _back(visit)


async def give_back(visit: Visit) -> web.StreamResponse:
    """`POST /console/conversations/{id}/give-back`."""
    await deliver(visit.desk, await asyncio.to_thread(visit.console.takeovers.give_back, visit.me, _id(visit)))
    return _back(visit)


def _id(visit: Visit) -> str:
    return visit.request.match_info["id"]


def _back(visit: Visit) -> web.Response:
    return web.Response(status=303, headers={"Location": f"{PATH}/conversations/{_id(visit)}#newest"})


def _now(visit: Visit) -> dict[str, Any]:
    return {"now": visit.desk.services.clock.now()}


def _canned(visit: Visit, thread: Thread) -> list[tuple[str, str]]:
    """Titles and texts, filled in with what is known here."""
    values = {"agent": visit.me.first_name, "company": visit.desk.config.company}
    if thread.account and thread.account.full_name:
        values["name"] = thread.account.full_name.split()[0]
    if thread.requests:
        values |= {"reference": thread.requests[0].reference, "due": f"{thread.requests[0].due_at:%-d %B %Y}"}
    return [(reply.title, reply.filled(values)) for reply in CANNED]
