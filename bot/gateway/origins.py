"""Which pages may talk to the gateway, and which may frame it. Whoever is not named may not."""

from __future__ import annotations

from urllib.parse import urlsplit

from aiohttp import hdrs, web

from bot.config import Config

_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


def allowed(config: Config, origin: str) -> bool:
    """Whether a page of this origin may use the API."""
    return origin in config.origins or ours(config, origin)


def ours(config: Config, origin: str) -> bool:
    """Whether this is the origin of our own pages.

    In development the names of the loopback interface are as good as each other.
    """
    if origin == config.public_url:
        return True
    own = urlsplit(config.public_url)
    if config.production or own.hostname not in ("127.0.0.1", "localhost", "::1"):
        return False
    return origin in {f"{own.scheme}://{name}:{own.port}" for name in _LOOPBACK}


def frame_ancestors(config: Config) -> str:
    """The CSP sources that may embed our pages."""
    return " ".join(("'self'", *config.origins[1:]))


def cors_headers(config: Config, request: web.Request) -> dict[str, str]:
    """What lets an allowed page read the answer."""
    origin = request.headers.get(hdrs.ORIGIN, "")
    if not origin or not allowed(config, origin):
        return {}
    return {
        hdrs.ACCESS_CONTROL_ALLOW_ORIGIN: origin,
        hdrs.ACCESS_CONTROL_ALLOW_METHODS: "GET, POST",
        hdrs.ACCESS_CONTROL_ALLOW_HEADERS: "authorization, content-type",
        hdrs.ACCESS_CONTROL_MAX_AGE: "600",
    }
