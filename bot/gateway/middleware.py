"""What holds for every request: security headers, who may call, and errors that never leak."""

from __future__ import annotations

import logging
import secrets
from typing import Awaitable, Callable

from aiohttp import hdrs, web

from bot.config import Config
from bot.gateway.context import GATEWAY, gateway
from bot.gateway.errors import UNEXPECTED, Problem, problem
from bot.gateway.origins import allowed, cors_headers, frame_ancestors

logger = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
FRAMED_BY_NOBODY = ("/confirm/", "/requests/", "/console")


def content_security_policy(config: Config, path: str) -> str:
    """Scripts and styles come from files of ours only."""
    framed_by = "'none'" if path.startswith(FRAMED_BY_NOBODY) else frame_ancestors(config)
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        f"connect-src 'self' {config.public_url.replace('http', 'ws', 1)}; "
        f"base-uri 'none'; form-action 'self'; frame-ancestors {framed_by}"
    )


async def add_security_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Runs when any response is about to start, errors and sockets included."""
    config = request.app[GATEWAY].config
    headers = response.headers
    headers["Content-Security-Policy"] = content_security_policy(config, request.path)
    headers["X-Content-Type-Options"] = "nosniff"
    # A browser told no-referrer sends no Origin with a form either, and the console wants to see one.
    headers["Referrer-Policy"] = "same-origin" if request.path.startswith("/console") else "no-referrer"
    headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    headers.setdefault(hdrs.CACHE_CONTROL, "no-store")
    headers[hdrs.SERVER] = "desk"
    if config.production:
        headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"


@web.middleware
async def cross_origin(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Lets pages of named origins use the API, and refuses all others before anything happens."""
    if not request.path.startswith("/api/"):
        return await handler(request)
    config = gateway(request).config
    origin = request.headers.get(hdrs.ORIGIN)
    if origin is not None and not allowed(config, origin):
        raise web.HTTPForbidden
    extra = {**cors_headers(config, request), "Cross-Origin-Resource-Policy": "cross-origin", hdrs.VARY: hdrs.ORIGIN}
    if request.method == hdrs.METH_OPTIONS:
        return web.Response(status=204, headers=extra)
    response = await handler(request)
    if not response.prepared:
        response.headers.update(extra)
    return response


@web.middleware
async def catch_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turns every error into a status and one sentence."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        return _respond(request, problem(error))
    except Exception as error:
        known = problem(error)
        if known is not None:
            gateway(request).metrics.refusals.labels(known.code).inc()
            return _respond(request, known)
        return _respond(request, unexpected(request, error))


def unexpected(request: web.Request, error: Exception) -> Problem:
    """Logs an error nobody foresaw under an id, without anything the person sent."""
    number = secrets.token_hex(4)
    resource = request.match_info.route.resource
    logger.error("Error %s at %s: %s", number, resource.canonical if resource else "?", _trace(error))
    gateway(request).metrics.failures.inc()
    return Problem(500, "unexpected", f"{UNEXPECTED} (Error {number})", {})


def _trace(error: BaseException) -> str:
    """Kind and places of an error; its message could quote personal data."""
    places, trace = [], error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return f"{type(error).__name__} in {' > '.join(places[-8:])}"


def _respond(request: web.Request, what: Problem | None) -> web.Response:
    what = what or Problem(500, "unexpected", UNEXPECTED, {})
    headers = {"Retry-After": str(what.extra["retry_after"])} if "retry_after" in what.extra else {}
    if request.path.startswith("/api/"):
        headers |= cors_headers(gateway(request).config, request)
        return web.json_response(what.json(), status=what.status, headers=headers)
    page = gateway(request).pages.get_template("error.html")
    text = page.render(sentence=what.sentence, company=gateway(request).config.company)
    return web.Response(text=text, status=what.status, headers=headers, content_type="text/html")
