"""Pages of privacy requests, and what Meta calls when a person asks at Facebook that their data be deleted."""

from __future__ import annotations

import asyncio
import re
from typing import Callable
from urllib.parse import parse_qs

from aiohttp import web

from bot.domain.errors import IllegalTransition, NotFound, TokenError
from bot.gateway.context import gateway
from bot.gateway.pages import html, link_token
from bot.security.signed_request import read_signed_request

_REFERENCE = re.compile(r"REQ-[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}")


async def show_request(request: web.Request) -> web.Response:
    """`GET /requests/{token}` only shows; mail scanners open links, too."""
    service = gateway(request).services.casework.public
    token = await link_token(request)
    try:
        page = await asyncio.to_thread(service.show, token)
    except (TokenError, NotFound):
        return html(request, "request.html", state="gone", status=410)
    return html(request, "request.html", state="shown", page=page, acts=f"/requests/{token}")


async def revoke_request(request: web.Request) -> web.Response:
    """`POST /requests/{token}/revoke` takes it back."""
    return await _act(request, gateway(request).services.casework.public.revoke)


async def confirm_request(request: web.Request) -> web.Response:
    """`POST /requests/{token}/confirm` says yes to what Meta passed on."""
    return await _act(request, gateway(request).services.casework.public.confirm)


async def _act(request: web.Request, act: Callable[[str], None]) -> web.Response:
    service = gateway(request).services.casework.public
    token = await link_token(request)
    try:
        await asyncio.to_thread(act, token)
    except (TokenError, NotFound):
        return html(request, "request.html", state="gone", status=410)
    except IllegalTransition:
        page = await asyncio.to_thread(service.show, token)
        return html(request, "request.html", state="moved on", page=page, acts=f"/requests/{token}", status=409)
    raise web.HTTPSeeOther(f"/requests/{token}")


async def show_facebook_request(request: web.Request) -> web.Response:
    """`GET /facebook/data-deletion/{reference}`: where our answer to Meta leads; nothing can be done here."""
    desk = gateway(request)
    await desk.limits.hit("links_per_address", desk.limits.address(request))
    reference = request.match_info["reference"]
    if not _REFERENCE.fullmatch(reference):
        raise web.HTTPNotFound
    page = await asyncio.to_thread(desk.services.casework.public.told_to_meta, reference)
    if page is None:
        return html(request, "request.html", state="nothing held", reference=reference)
    return html(request, "request.html", state="shown", page=page, acts="")


async def facebook_deletion(request: web.Request) -> web.Response:
    """`POST /facebook/data-deletion` with the form field `signed_request`: JSON `url` and `confirmation_code`."""
    desk = gateway(request)
    config, secret = desk.config, desk.config.facebook_app_secret.get_secret_value()
    if not config.facebook_app_id or not secret:
        return _refused(404, "No Facebook app is configured here.")
    try:
        text = _signed_request(await request.read())
        signed = read_signed_request(text, secret, desk.services.clock.now())
    except web.HTTPRequestEntityTooLarge:
        return _refused(413, "That is too long for a signed request.")
    except TokenError as error:
        # Only strangers are slowed down: Meta calls for everybody from few addresses.
        await desk.limits.hit("links_per_address", desk.limits.address(request))
        return _refused(400, f"signed_request cannot be used: {error}.")
    reference = await asyncio.to_thread(desk.services.casework.facebook.ask, signed.facebook_user, signed.issued_at)
    url = f"{config.public_url}/facebook/data-deletion/{reference}"
    return web.json_response({"url": url, "confirmation_code": reference})


def _signed_request(body: bytes) -> str:
    try:
        fields = parse_qs(body.decode("ascii"), max_num_fields=20)
    except ValueError:
        return ""
    return fields.get("signed_request", [""])[0]


def _refused(status: int, why: str) -> web.Response:
    return web.json_response({"error": why}, status=status)
