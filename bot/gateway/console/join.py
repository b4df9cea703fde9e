"""Taking up an invitation: password, authenticator, recovery codes."""

from __future__ import annotations

import asyncio

import segno
from aiohttp import hdrs, web

from bot.domain.errors import InvalidInput, TokenError
from bot.domain.staff import MIN_PASSWORD, StaffMember
from bot.gateway.console.render import render
from bot.gateway.console.sign_in import form_token
from bot.gateway.console.visit import FORM_COOKIE, csrf_fits, read_form, set_cookie
from bot.gateway.context import gateway
from bot.gateway.origins import ours

_GONE = "This invitation is too old or was taken up before. Ask for a new one."


async def show(request: web.Request) -> web.Response:
    """`GET /console/join/{token}`: the secret as a QR code and as text."""
    return await _page(request)


async def submit(request: web.Request) -> web.Response:
    """`POST /console/join/{token}`: shows the recovery codes, this once."""
    desk, form = gateway(request), await read_form(request)
    await desk.limits.hit("links_per_address", desk.limits.address(request))
    cookie = request.cookies.get(FORM_COOKIE, "")
    if not ours(desk.config, request.headers.get(hdrs.ORIGIN, "")) or not csrf_fits(desk, cookie, form):
        return await _page(request, status=403, sentence="This page was open for too long. Please try once more.")
    token, staff = request.match_info["token"], desk.services.console.staff
    try:
        codes = await asyncio.to_thread(staff.enrol, token, form.get("password", ""), form.get("code", ""))
    except TokenError:
        return render(request, "gone.html", status=410, sentence=_GONE)
    except InvalidInput as error:
        return await _page(request, status=400, sentence=str(error))
    return render(request, "recovery.html", codes=codes)


async def _page(request: web.Request, *, status: int = 200, sentence: str = "") -> web.Response:
    staff = gateway(request).services.console.staff
    try:
        invited = await asyncio.to_thread(staff.invited, request.match_info["token"])
    except TokenError:
        return render(request, "gone.html", status=410, sentence=_GONE)
    cookie, csrf = form_token(request)
    values = {"csrf": csrf, "invited": invited, "sentence": sentence, "minimum": MIN_PASSWORD}
    response = render(request, "join.html", status=status, **values, **_secret(request, invited))
    set_cookie(request, response, FORM_COOKIE, cookie)
    return response


def _secret(request: web.Request, invited: StaffMember) -> dict[str, str]:
    secrets = gateway(request).services.console.secrets
    code = segno.make(secrets.totp_uri(invited.totp, invited.email), error="m")
    drawn = code.svg_inline(scale=4, border=3, light="#fff", title="QR code for your authenticator")
    return {"qr": drawn, "key": secrets.totp_key(invited.totp)}
