"""Whether this process lives, and whether everything it needs does."""

from __future__ import annotations

import asyncio
from typing import Awaitable, Callable

from aiohttp import web

from bot.domain.errors import TokenInvalid
from bot.gateway import metrics
from bot.gateway.context import Gateway, gateway

PART_TIMEOUT = 3.0


async def healthz(request: web.Request) -> web.Response:
    """`GET /healthz`: the process answers."""
    return web.json_response({"status": "ok"})


async def readyz(request: web.Request) -> web.Response:
    """`GET /readyz`: 200 when every part is there, 503 otherwise; says which."""
    desk = gateway(request)
    checks: dict[str, Callable[[Gateway], Awaitable[bool]]] = {
        "database": _database,
        "policy": _policy,
        "rasa": _rasa,
    }
    results = await asyncio.gather(*(_safely(check, desk) for check in checks.values()))
    parts = dict(zip(checks, results, strict=True))
    ready = all(results)
    body = {"status": "ready" if ready else "not ready", "parts": {k: "ok" if v else "down" for k, v in parts.items()}}
    return web.json_response(body, status=200 if ready else 503)


async def show_metrics(request: web.Request) -> web.Response:
    """`GET /metrics`: for Prometheus, and nobody else."""
    desk = gateway(request)
    if not metrics.may_read(request, desk.config):
        raise web.HTTPNotFound
    return metrics.response(desk.metrics)


async def _safely(check: Callable[[Gateway], Awaitable[bool]], desk: Gateway) -> bool:
    try:
        return await asyncio.wait_for(check(desk), PART_TIMEOUT)
    except Exception:
        return False


async def _database(desk: Gateway) -> bool:
    try:
        await asyncio.to_thread(desk.services.identity.get, "no-such-conversation", 0)
    except TokenInvalid:
        return True
    return False


async def _policy(desk: Gateway) -> bool:
    return bool(await asyncio.to_thread(desk.services.policy.answer, "What do you collect?"))


async def _rasa(desk: Gateway) -> bool:
    return await desk.probe.alive()
