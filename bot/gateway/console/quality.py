"""Answers to look at."""

from __future__ import annotations

import asyncio

from aiohttp import web

from bot.domain.errors import InvalidInput
from bot.gateway.console import cursor
from bot.gateway.console.visit import PATH, Visit
from bot.services.console.quality import KINDS, PAGE


async def show(visit: Visit) -> web.StreamResponse:
    """`GET /console/quality`."""
    rows = await asyncio.to_thread(
        visit.console.quality.page, visit.me, cursor.decode(visit.request.query.get("after", ""))
    )
    onward = cursor.encode(rows[-1].position) if len(rows) == PAGE else ""
    return visit.page("quality.html", rows=rows, onward=onward, kinds=KINDS)


async def judge(visit: Visit) -> web.StreamResponse:
    """`POST /console/quality`: keeps a question as a case, or drops it."""
    answer = (visit.field("conversation"), _number(visit.field("seq")))
    quality = visit.console.quality
    if visit.field("verdict") == "keep":
        question, kind = visit.field("question"), visit.field("kind")
        await asyncio.to_thread(quality.keep, visit.me, *answer, question, kind)
    else:
        await asyncio.to_thread(quality.drop, visit.me, *answer)
    return web.Response(status=303, headers={"Location": f"{PATH}/quality"})


def _number(text: str) -> int:
    if not text.isdecimal() or len(text) > 9:
        raise InvalidInput("That form is not readable.")
    return int(text)
