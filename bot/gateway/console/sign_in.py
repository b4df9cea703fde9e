"""Signing in and out. What was typed while a session ran out is carried through the sign-in and offered again."""

from __future__ import annotations

import asyncio
import json
import secrets
from typing import Mapping

from aiohttp import hdrs, web

from bot.domain.errors import InvalidInput, SignInRefused, TooManyAttempts
from bot.domain.identity import normalise_email
from bot.gateway.console.render import render
from bot.gateway.console.visit import (
    COOKIE,
    FORM_COOKIE,
    PATH,
    Visit,
    csrf_fits,
    csrf_of,
    member,
    read_form,
    set_cookie,
)
from bot.gateway.context import gateway
from bot.gateway.origins import ours

MAX_FIELD = 1024
_REFUSED = "That did not work. Check all three; a code counts once, so wait for the next one if you used it."


async def show(request: web.Request) -> web.Response:
    """`GET /console/sign-in`."""
    if await member(request, used=False):
        raise web.HTTPFound(PATH)
    return await ask(request, None, status=200)


async def ask(request: web.Request, form: Mapping[str, str] | None, *, status: int = 401) -> web.Response:
    """The sign-in page in place of the page that was wanted.

    Args:
        form: what was posted to it, to be offered again after signing in.
    """
    carried = json.dumps({"to": request.path, "fields": _own(form)}) if form is not None else ""
    wanted = request.path_qs if request.method == hdrs.METH_GET and status == 401 else ""
    return _page(request, status=status, wanted=wanted, carried=carried)


async def submit(request: web.Request) -> web.StreamResponse:
    """`POST /console/sign-in`: e-mail, password and second factor at once."""
    desk, form = gateway(request), await read_form(request)
    form_cookie = request.cookies.get(FORM_COOKIE, "")
    if not ours(desk.config, request.headers.get(hdrs.ORIGIN, "")) or not csrf_fits(desk, form_cookie, form):
        return _page(
            request, status=403, sentence="This page was open for too long. Please try once more.", **_kept(form)
        )
    email = form.get("email", "")[:MAX_FIELD]
    try:
        await desk.limits.hit("sign_ins_per_address", "staff", desk.limits.address(request))
        await desk.limits.hit("sign_ins_per_account", "staff", normalise_email(email))
        service = desk.services.console.sign_in
        given = (form.get("password", "")[:MAX_FIELD], form.get("code", "")[:MAX_FIELD])
        cookie = await asyncio.to_thread(service.sign_in, email, *given)
    except SignInRefused:
        return _page(request, status=401, sentence=_REFUSED, email=email, **_kept(form))
    except TooManyAttempts as error:
        sentence = f"That was a bit much. Please wait {error.retry_after} seconds."
        return _page(request, status=429, sentence=sentence, email=email, **_kept(form))
    response = _resume(request, cookie, form.get("carried", "")) or _onward(form.get("wanted", ""))
    set_cookie(request, response, COOKIE, cookie)
    return response


async def leave(visit: Visit) -> web.StreamResponse:
    """`POST /console/sign-out`."""
    await asyncio.to_thread(visit.console.sign_in.sign_out, visit.request.cookies[COOKIE], visit.me)
    response = web.HTTPSeeOther(f"{PATH}/sign-in")
    response.del_cookie(COOKIE, path=PATH)
    return response


def form_token(request: web.Request) -> tuple[str, str]:
    """The cookie and the CSRF token of a form that is shown before anybody signed in."""
    cookie = request.cookies.get(FORM_COOKIE) or secrets.token_urlsafe(24)
    return cookie, csrf_of(gateway(request), cookie)


def _page(
    request: web.Request, *, status: int, sentence: str = "", email: str = "", wanted: str = "", carried: str = ""
) -> web.Response:
    cookie, csrf = form_token(request)
    values = {"sentence": sentence, "email": email, "wanted": wanted, "carried": carried}
    response = render(request, "sign_in.html", status=status, csrf=csrf, **values)
    set_cookie(request, response, FORM_COOKIE, cookie)
    return response


def _resume(request: web.Request, cookie: str, carried: str) -> web.Response | None:
    if not carried:
        return None
    try:
        kept = json.loads(carried)
        to, fields = str(kept["to"]), {str(name): str(value) for name, value in kept["fields"].items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise InvalidInput("What was kept from before the sign-in cannot be read.") from None
    if not _inside(to):
        raise InvalidInput("What was kept from before the sign-in does not belong here.")
    return render(request, "resume.html", csrf=csrf_of(gateway(request), cookie), to=to, fields=fields)


def _onward(wanted: str) -> web.Response:
    return web.Response(status=303, headers={hdrs.LOCATION: wanted if _inside(wanted) else PATH})


def _inside(path: str) -> bool:
    return path.startswith(f"{PATH}/") and "\\" not in path and not any(ord(c) < 33 for c in path)


def _kept(form: Mapping[str, str]) -> dict[str, str]:
    return {name: form.get(name, "") for name in ("wanted", "carried")}


def _own(form: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in form.items() if name != "csrf"}
