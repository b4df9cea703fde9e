"""Mail that waits for a person, what could not be sent, and addresses nothing goes to."""

from __future__ import annotations

import asyncio
from typing import Any, Callable

from aiohttp import web

from bot.domain.errors import InvalidInput, NotFound
from bot.domain.mail import PEN, MailState
from bot.domain.staff import Permission
from bot.gateway.console.visit import PATH, Visit
from bot.services.console.post import PAGE

SURE = "sure"
LABELS = {
    MailState.HELD: "Held",
    MailState.LOOPED: "Loops",
    MailState.IGNORED: "Machines",
    MailState.DEAD: "Could not be read",
}


async def held(visit: Visit) -> web.StreamResponse:
    """`GET /console/mail?show=held&before=…`."""
    query = visit.request.query
    wanted = next((state for state in PEN if state.value == query.get("show", MailState.HELD.value)), None)
    if wanted is None:
        raise InvalidInput("There is no such list.")
    rows = await asyncio.to_thread(visit.console.post.held, visit.me, wanted, _before(visit))
    onward = rows[-1].id if len(rows) == PAGE else None
    return _page(visit, "mail.html", rows=rows, show=wanted, onward=onward)


async def one(visit: Visit) -> web.StreamResponse:
    """`GET /console/mail/{number}`."""
    return _page(visit, "mail_one.html", held=await visit.console.post.open(visit.me, _number(visit)))


async def release(visit: Visit) -> web.StreamResponse:
    """`POST /console/mail/{number}/release`: the assistant answers it after all."""
    return await _do(visit, visit.console.post.release, f"{PATH}/mail")


async def discard(visit: Visit) -> web.StreamResponse:
    """`POST /console/mail/{number}/discard`: asks first."""
    if SURE not in visit.form:
        return _sure(visit, "Throw this mail away?", "What it says is deleted for good, and nobody is answered.")
    return await _do(visit, visit.console.post.discard, f"{PATH}/mail")


async def unsent(visit: Visit) -> web.StreamResponse:
    """`GET /console/outbox?before=…`."""
    rows = await asyncio.to_thread(visit.console.post.buried, visit.me, _before(visit))
    onward = rows[-1].item.id if len(rows) == PAGE else None
    return _page(visit, "outbox.html", rows=rows, show="outbox", onward=onward)


async def retry(visit: Visit) -> web.StreamResponse:
    """`POST /console/outbox/{number}/retry`."""
    return await _do(visit, visit.console.post.retry, f"{PATH}/outbox")


async def forget(visit: Visit) -> web.StreamResponse:
    """`POST /console/outbox/{number}/discard`: asks first."""
    if SURE not in visit.form:
        return _sure(visit, "Give this up for good?", "It is never sent, and what it says is deleted.")
    return await _do(visit, visit.console.post.forget, f"{PATH}/outbox")


async def blocked(visit: Visit) -> web.StreamResponse:
    """`GET` and `POST /console/blocked`: on by POST, because where the next page starts is an address."""
    rows = await asyncio.to_thread(visit.console.post.blocked, visit.me, visit.form.get("after", "")[:254])
    onward = rows[-1].address if len(rows) == PAGE else None
    return _page(visit, "blocked.html", rows=rows, show="blocked", onward=onward)


async def allow(visit: Visit) -> web.StreamResponse:
    """`POST /console/blocked/remove`: asks first."""
    address = visit.field("address")[:254]
    if SURE not in visit.form:
        why = f"Mail goes to {address} again. If it still does not exist, our own mail is seen as careless."
        return _sure(visit, "Use this address again?", why)
    await asyncio.to_thread(visit.console.post.allow, visit.me, address)
    return _see(f"{PATH}/blocked")


async def _do(visit: Visit, act: Callable[..., None], then: str) -> web.Response:
    await asyncio.to_thread(act, visit.me, _number(visit))
    return _see(then)


def _sure(visit: Visit, question: str, why: str) -> web.Response:
    fields = {**visit.form, SURE: "yes"}
    return visit.page("sure.html", question=question, why=why, to=visit.request.path, fields=fields)


def _page(visit: Visit, template: str, **values: Any) -> web.Response:
    acts = visit.me.role.may(Permission.DECIDE)
    return visit.page(template, lists=PEN, labels=LABELS, acts=acts, **values)


def _see(path: str) -> web.Response:
    return web.Response(status=303, headers={"Location": path})


def _number(visit: Visit) -> int:
    text = visit.request.match_info["number"]
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise NotFound("There is no such mail.")
    return int(text)


def _before(visit: Visit) -> int | None:
    text = visit.request.query.get("before", "")
    if text and not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise InvalidInput("That page of the list does not exist.")
    return int(text) if text else None
