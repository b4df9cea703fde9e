"""Figures for Prometheus, without anything personal in them."""

from __future__ import annotations

import hmac
import ipaddress
import time
from contextlib import contextmanager
from typing import Iterator

from aiohttp import hdrs, web
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from bot.config import Config

_BUCKETS = (0.025, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6)


class Metrics:
    """One registry per application, so that several can live in one process."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.turns = Counter("desk_turns", "Turns taken.", ["kind", "outcome"], registry=self._registry)
        self.turn_seconds = Histogram(
            "desk_turn_seconds", "Time from a message to its replies.", buckets=_BUCKETS, registry=self._registry
        )
        self.answers = Counter("desk_answers", "Answers from the policy.", ["outcome"], registry=self._registry)
        self.refusals = Counter("desk_refusals", "Requests refused.", ["code"], registry=self._registry)
        self.failures = Counter("desk_failures", "Unexpected errors.", registry=self._registry)
        self.sockets = Gauge("desk_sockets", "Open chat sockets.", registry=self._registry)

    @contextmanager
    def timed_turn(self) -> Iterator[None]:
        """Measures one turn."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.turn_seconds.observe(time.perf_counter() - start)

    def render(self) -> bytes:
        """The exposition text."""
        return bytes(generate_latest(self._registry))


def may_read(request: web.Request, config: Config) -> bool:
    """Loopback without a proxy in between, or whoever holds METRICS_TOKEN."""
    token = config.metrics_token.get_secret_value()
    given = request.headers.get(hdrs.AUTHORIZATION, "").removeprefix("Bearer ")
    if token and hmac.compare_digest(given.encode(), token.encode()):
        return True
    if hdrs.X_FORWARDED_FOR in request.headers or hdrs.FORWARDED in request.headers:
        return False
    try:
        return ipaddress.ip_address(request.remote or "").is_loopback
    except ValueError:
        return False


def response(metrics: Metrics) -> web.Response:
    """The page Prometheus reads."""
    return web.Response(body=metrics.render(), headers={hdrs.CONTENT_TYPE: CONTENT_TYPE_LATEST})
