"""The audit log, for auditors."""

from __future__ import annotations

import asyncio

from aiohttp import web

from bot.domain.audit import AuditTag
from bot.gateway.console.visit import Visit
from bot.services.console.trail import PAGE, ChainCheck, TrailFilter


async def show(visit: Visit) -> web.StreamResponse:
    """`GET /console/audit?before=…`."""
    return await _page(visit, TrailFilter(), visit.request.query.get("before", ""))


async def search(visit: Visit) -> web.StreamResponse:
    """`POST /console/audit`: by POST, because the filter can name a person."""
    wanted = TrailFilter(*(visit.field(name).strip()[:254] for name in ("actor", "person", "tag")))
    return await _page(visit, wanted, visit.form.get("before", ""))


async def check(visit: Visit) -> web.StreamResponse:
    """`POST /console/audit/check`: recomputes every seal."""
    return await _page(visit, TrailFilter(), "", await asyncio.to_thread(visit.console.trail.check, visit.me))


async def _page(visit: Visit, wanted: TrailFilter, before: str, checked: ChainCheck | None = None) -> web.Response:
    trail = visit.console.trail
    start = int(before) if before.isdecimal() and len(before) < 16 else None
    rows = await asyncio.to_thread(trail.page, wanted, start)
    return visit.page(
        "audit.html",
        rows=rows,
        wanted=wanted,
        onward=rows[-1][0] if len(rows) == PAGE else None,
        names=await asyncio.to_thread(trail.names),
        tags=[tag.value for tag in AuditTag],
        checked=checked,
    )
