"""How much one address, conversation or account may ask of us."""

from __future__ import annotations

import asyncio

from aiohttp import hdrs, web

from bot.config import Config
from bot.security.limits import Limiter, network


class Limits:
    """The limiter, and who to count."""

    def __init__(self, config: Config, limiter: Limiter | None = None) -> None:
        self._proxies = config.trusted_proxies
        self._remote = bool(config.redis_url)
        self._limiter = limiter or Limiter(config.redis_url)

    def address(self, request: web.Request) -> str:
        """The client's address: what the outermost proxy we trust saw, else the peer's."""
        hops = [hop.strip() for hop in request.headers.get(hdrs.X_FORWARDED_FOR, "").split(",") if hop.strip()]
        trusted = self._proxies and len(hops) >= self._proxies
        return network(hops[-self._proxies] if trusted else request.remote or "unknown")

    async def hit(self, rule: str, *keys: str) -> None:
        """Counts one event. Raises TooManyAttempts."""
        if self._remote:
            await asyncio.to_thread(self._limiter.hit, rule, *keys)
        else:
            self._limiter.hit(rule, *keys)
