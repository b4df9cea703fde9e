"""The page where a person takes the copy of their data."""

from __future__ import annotations

import asyncio

from aiohttp import hdrs, web

from bot.domain.erasure import Export
from bot.domain.errors import NotFound, TokenError, TokenExpired
from bot.gateway.context import Gateway, gateway
from bot.gateway.pages import html, link_token
from bot.services.requests.notices import words_of


async def show_export(request: web.Request) -> web.Response:
    """`GET /exports/{token}` only shows the button: mail scanners open links, too, and a copy can be taken once."""
    desk = gateway(request)
    token = await link_token(request)
    try:
        export: Export = await asyncio.to_thread(desk.services.casework.copying.look, token)
    except (TokenError, NotFound) as error:
        return _gone(request, error)
    if export.taken_at is not None:
        return html(request, "export.html", state="taken", status=410)
    if export.expires_at <= desk.services.clock.now():
        return html(request, "export.html", state="old", status=410)
    return html(
        request, "export.html", state="ask", until=words_of(export.expires_at, desk.services.casework.notices.zone)
    )


async def take_export(request: web.Request) -> web.Response:
    """`POST /exports/{token}` hands the archive out, once."""
    desk = gateway(request)
    token = await link_token(request)
    try:
        archive = await asyncio.to_thread(desk.services.casework.copying.take, token)
    except (TokenError, NotFound) as error:
        return _gone(request, error)
    if archive is None:
        return await show_export(request)
    return web.Response(
        body=archive,
        content_type="application/zip",
        headers={
            hdrs.CACHE_CONTROL: "no-store",
            hdrs.CONTENT_DISPOSITION: f'attachment; filename="{_file_name(desk)}"',
        },
    )


def _file_name(desk: Gateway) -> str:
    return f"my-data-{desk.services.clock.now():%Y-%m-%d}.zip"


def _gone(request: web.Request, error: Exception) -> web.Response:
    return html(request, "export.html", state="old" if isinstance(error, TokenExpired) else "gone", status=410)
