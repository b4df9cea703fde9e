"""Every page of the console and what it needs. A page that is not here does not exist."""

from __future__ import annotations

from aiohttp import web

from bot.domain.staff import Permission
from bot.gateway.console import (
    audit,
    conversation,
    decisions,
    inbox,
    join,
    live,
    lookup,
    numbers,
    quality,
    requests,
    sign_in,
)
from bot.gateway.console.guard import guarded
from bot.gateway.console.visit import Route, Visit

_SERVE, _DECIDE, _MEASURE, _AUDIT = Permission.SERVE, Permission.DECIDE, Permission.MEASURE, Permission.AUDIT

_PAGES: tuple[Route, ...] = (
    Route("GET", "/console/", lookup.show, _SERVE),
    Route("POST", "/console/lookup", lookup.find, _SERVE),
    Route("GET", "/console/people/{id}", lookup.person, _SERVE),
    Route("GET", "/console/inbox", inbox.show, _SERVE),
    Route("POST", "/console/inbox", inbox.search, _SERVE),
    Route("GET", "/console/inbox/events", live.inbox, _SERVE, live=True),
    Route("GET", "/console/conversations/{id}", conversation.show, _SERVE),
    Route("GET", "/console/conversations/{id}/messages", conversation.messages, _SERVE, live=True),
    Route("GET", "/console/conversations/{id}/events", live.conversation, _SERVE, live=True),
    Route("POST", "/console/conversations/{id}/take", conversation.take, _SERVE),
    Route("POST", "/console/conversations/{id}/reply", conversation.reply, _SERVE),
    Route("POST", "/console/conversations/{id}/give-back", conversation.give_back, _SERVE),
    Route("GET", "/console/requests", requests.show, _SERVE),
    Route("GET", "/console/requests.csv", requests.export, _DECIDE),
    Route("GET", "/console/requests/{reference}", requests.one, _SERVE),
    Route("POST", "/console/requests/{reference}/note", requests.note, _SERVE),
    Route("POST", "/console/requests/{reference}/approve", decisions.approve, _DECIDE),
    Route("POST", "/console/requests/{reference}/deny", decisions.deny, _DECIDE),
    Route("POST", "/console/requests/{reference}/cancel", decisions.cancel, _DECIDE),
    Route("POST", "/console/requests/{reference}/extend", decisions.extend, _SERVE),
    Route("POST", "/console/requests/{reference}/hold", decisions.hold, _SERVE),
    Route("POST", "/console/requests/{reference}/resume", decisions.resume, _SERVE),
    Route("GET", "/console/quality", quality.show, _SERVE),
    Route("POST", "/console/quality", quality.judge, _SERVE),
    Route("GET", "/console/numbers", numbers.show, _MEASURE),
    Route("GET", "/console/audit", audit.show, _AUDIT),
    Route("POST", "/console/audit", audit.search, _AUDIT),
    Route("POST", "/console/audit/check", audit.check, _AUDIT),
    Route("POST", "/console/sign-out", sign_in.leave, None),
)


async def _home(visit: Visit) -> web.StreamResponse:
    raise web.HTTPFound("/console/" if visit.me.role.may(_SERVE) else "/console/audit")


ROUTES = (Route("GET", "/console", _home, None), *_PAGES)
"""All of it."""


def console_routes() -> list[web.RouteDef]:
    """The routes as aiohttp takes them; only signing in and joining are open."""
    return [
        web.get("/console/sign-in", sign_in.show),
        web.post("/console/sign-in", sign_in.submit),
        web.get("/console/join/{token}", join.show),
        web.post("/console/join/{token}", join.submit),
        *(web.route(route.method, route.path, guarded(route)) for route in ROUTES),
    ]
