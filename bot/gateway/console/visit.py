"""Who is asking: every page of the console gets a visit, and a visit exists for signed-in staff only."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any, Awaitable, Callable, Mapping

from aiohttp import web

from bot.console_wiring import Console
from bot.domain.errors import InvalidInput
from bot.domain.staff import Permission, StaffMember
from bot.gateway.console.render import render
from bot.gateway.context import Gateway, gateway

COOKIE = "desk_staff"
FORM_COOKIE = "desk_form"
PATH = "/console"


@dataclass(frozen=True)
class Visit:
    """One request by one member of staff, allowed to make it.

    Attributes:
        form: the fields of a POST.
    """

    request: web.Request
    desk: Gateway
    me: StaffMember
    csrf: str
    form: Mapping[str, str]

    @property
    def console(self) -> Console:
        """The use cases."""
        return self.desk.services.console

    def field(self, name: str) -> str:
        """A field of the form. Raises InvalidInput when it is missing."""
        if name not in self.form:
            raise InvalidInput("A part of that form is missing.")
        return self.form[name]

    def page(self, template: str, *, status: int = 200, **values: Any) -> web.Response:
        """A page with the navigation of this member."""
        return render(self.request, template, status=status, me=self.me, csrf=self.csrf, **values)


Handler = Callable[[Visit], Awaitable[web.StreamResponse]]


@dataclass(frozen=True)
class Route:
    """One page or form of the console.

    Attributes:
        permission: what it needs; None means that every signed-in member may.
        live: called by a page that refreshes itself, which keeps no session alive.
    """

    method: str
    path: str
    handler: Handler
    permission: Permission | None
    live: bool = False


def csrf_of(desk: Gateway, cookie: str) -> str:
    """The token every form of a session carries; worth nothing in another session."""
    return desk.services.console.secrets.fingerprint(f"csrf:{cookie}")


def csrf_fits(desk: Gateway, cookie: str, form: Mapping[str, str]) -> bool:
    """Whether the form came from a page of this session."""
    return bool(cookie) and desk.services.hasher.equal(form.get("csrf", ""), csrf_of(desk, cookie))


async def read_form(request: web.Request) -> dict[str, str]:
    """The text fields of a form; files are not taken anywhere."""
    return {name: value for name, value in (await request.post()).items() if isinstance(value, str)}


async def member(request: web.Request, *, used: bool) -> StaffMember | None:
    """Who is signed in, or None."""
    sign_in = gateway(request).services.console.sign_in
    return await asyncio.to_thread(sign_in.who, request.cookies.get(COOKIE, ""), used=used)


def set_cookie(request: web.Request, response: web.StreamResponse, name: str, value: str) -> None:
    """A session cookie that scripts cannot read; `Secure` wherever the console is reached by https."""
    secure = gateway(request).config.public_url.startswith("https://")
    response.set_cookie(name, value, path=PATH, httponly=True, secure=secure, samesite="Lax")
