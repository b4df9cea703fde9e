"""Pages from templates."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from aiohttp import hdrs, web

from bot.domain.staff import Permission
from bot.gateway.context import gateway

ZONE_NOTE = "UTC"


def render(request: web.Request, template: str, *, status: int = 200, **values: Any) -> web.Response:
    """A page; never cached, because what it shows is on record as seen once."""
    desk = gateway(request)
    text = desk.pages.get_template(f"console/{template}").render(
        {
            "company": desk.config.company,
            "path": request.path,
            "me": None,
            "csrf": "",
            "moment": moment,
            "day": day,
            "words": words,
            "may": Permission,
            **values,
        }
    )
    headers = {hdrs.CACHE_CONTROL: "no-store"}
    return web.Response(text=text, status=status, content_type="text/html", headers=headers)


def moment(at: datetime) -> str:
    """A moment as people read it; the log's own time zone."""
    return f"{at:%-d %b %Y, %H:%M} {ZONE_NOTE}"


def day(at: datetime) -> str:
    """A date as people read it."""
    return f"{at:%-d %B %Y}"


def words(key: str) -> str:
    """A key of the program as words."""
    return key.replace("_", " ").replace(":", ": ").capitalize()
