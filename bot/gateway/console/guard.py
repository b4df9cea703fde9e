"""The one door of the console. What it does not let through never reaches a page."""

from __future__ import annotations

from typing import Mapping

from aiohttp import hdrs, web

from bot.domain.staff import Permission, StaffMember, roles_that_may
from bot.gateway.console import sign_in
from bot.gateway.console.render import render
from bot.gateway.console.visit import COOKIE, Route, Visit, csrf_fits, csrf_of, member, read_form
from bot.gateway.context import gateway
from bot.gateway.middleware import Handler
from bot.gateway.origins import ours


def guarded(route: Route) -> Handler:
    """The route's handler behind the door: same origin, signed in, the right role, and a CSRF token on every form."""

    async def serve(request: web.Request) -> web.StreamResponse:
        desk, posted = gateway(request), request.method == hdrs.METH_POST
        if posted and not ours(desk.config, request.headers.get(hdrs.ORIGIN, "")):
            return forbidden(request, None, "That form came from another site. Nothing was changed.")
        form = await read_form(request) if posted else {}
        me = await member(request, used=not route.live)
        if me is None:
            return await sign_in.ask(request, form if posted else None)
        if route.permission is not None and not me.role.may(route.permission):
            return forbidden(request, me, _why(me, route.permission))
        cookie = request.cookies[COOKIE]
        if posted and not csrf_fits(desk, cookie, form):
            return forbidden(
                request, me, "That form was not one of this session's. Go back, reload, and send it again."
            )
        return await route.handler(Visit(request, desk, me, csrf_of(desk, cookie), _fields(form)))

    return serve


def forbidden(request: web.Request, me: StaffMember | None, why: str) -> web.Response:
    """403, with the reason."""
    cookie = request.cookies.get(COOKIE, "")
    csrf = csrf_of(gateway(request), cookie) if me else ""
    return render(request, "forbidden.html", status=403, me=me, csrf=csrf, why=why)


def _why(me: StaffMember, permission: Permission) -> str:
    who = " or ".join(f"{role.value}s" for role in roles_that_may(permission))
    return f"This page is for {who}; you are signed in as {me.role.value}. Ask a colleague, or an administrator."


def _fields(form: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in form.items() if name != "csrf"}
