"""The queue of privacy requests."""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import web

from bot.domain.console import QueueFilter
from bot.domain.errors import InvalidInput
from bot.domain.requests import HoldReason, RequestState, RequestType
from bot.gateway.console import cursor
from bot.gateway.console.visit import PATH, Visit
from bot.services.console.queue import PAGE
from bot.services.requests.decisions import DENIED_BECAUSE


async def show(visit: Visit) -> web.StreamResponse:
    """`GET /console/requests?state=…&overdue=1&after=…`."""
    wanted, start = _filter(visit), cursor.decode(visit.request.query.get("after", ""))
    rows = await asyncio.to_thread(visit.console.queue.page, visit.me, wanted, start)
    onward = cursor.encode(rows[-1].position) if len(rows) == PAGE else ""
    now = visit.desk.services.clock.now()
    return visit.page(
        "requests.html",
        rows=rows,
        onward=onward,
        wanted=wanted,
        states=tuple(RequestState),
        types=tuple(RequestType),
        now=now,
        query=_query(visit),
    )


async def export(visit: Visit) -> web.StreamResponse:
    """`GET /console/requests.csv`: the same filter as a file."""
    text = await asyncio.to_thread(visit.console.queue.as_csv, visit.me, _filter(visit))
    headers = {"Content-Disposition": 'attachment; filename="requests.csv"'}
    return web.Response(text=text, content_type="text/csv", headers=headers)


async def one(visit: Visit) -> web.StreamResponse:
    """`GET /console/requests/{reference}`."""
    return await page_of(visit, visit.request.match_info["reference"])


async def page_of(
    visit: Visit, reference: str, *, status: int = 200, problem: str = "", letter: Any = None, opened: str = ""
) -> web.Response:
    """The page of a request.

    Args:
        problem: why what was just tried did not happen.
        letter: what the person would get.
        opened: the form that was sent; its fields keep what was typed.
    """
    view = await asyncio.to_thread(visit.console.queue.open, visit.me, reference)
    return visit.page(
        "request.html",
        status=status,
        view=view,
        now=visit.desk.services.clock.now(),
        problem=problem,
        letter=letter,
        opened=opened,
        typed=visit.form if opened else {},
        denials=DENIED_BECAUSE,
        holds=tuple(HoldReason),
        calendar=visit.desk.services.casework.register.calendar,
    )


async def note(visit: Visit) -> web.StreamResponse:
    """`POST /console/requests/{reference}/note`."""
    reference = visit.request.match_info["reference"]
    await asyncio.to_thread(visit.console.queue.note, visit.me, reference, visit.field("text"))
    return web.Response(status=303, headers={"Location": f"{PATH}/requests/{reference}"})


def _filter(visit: Visit) -> QueueFilter:
    query = visit.request.query
    now = visit.desk.services.clock.now()
    try:
        state = RequestState(query["state"]) if query.get("state") else None
        type = RequestType(query["type"]) if query.get("type") else None
    except ValueError:
        raise InvalidInput("There is no such state or kind.") from None
    return QueueFilter(state, type, query.get("show") != "all", now if query.get("overdue") else None)


def _query(visit: Visit) -> str:
    kept = [(name, visit.request.query.get(name, "")) for name in ("state", "type", "show", "overdue")]
    return "&".join(f"{name}={value}" for name, value in kept if value.replace("_", "").isalnum())
