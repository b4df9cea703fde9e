"""A partner: a real web server that believes nothing it cannot verify (https://www.standardwebhooks.com)."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
TOLERANCE = 300


@dataclass
class Partner:
    """Attributes:
    heard: how often each webhook-id arrived.
    acted: the events it acted on, once each.
    answers: statuses to answer with in place of 204, one each.
    """

    secret: str = SECRET
    url: str = ""
    heard: Counter[str] = field(default_factory=Counter)
    acted: list[dict[str, Any]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        body, name = await request.read(), request.headers.get("webhook-id", "")
        stamp = request.headers.get("webhook-timestamp", "0")
        key = base64.b64decode(self.secret.removeprefix("whsec_"))
        mac = hmac.new(key, f"{name}.{stamp}.".encode() + body, hashlib.sha256).digest()
        given = [part.partition(",")[2] for part in request.headers.get("webhook-signature", "").split()]
        if not any(hmac.compare_digest(base64.b64encode(mac).decode(), one) for one in given):
            self.refused.append("signature")
            return web.Response(status=401)
        if abs(time.time() - int(stamp)) > TOLERANCE:
            self.refused.append("timestamp")
            return web.Response(status=401)
        self.heard[name] += 1
        if self.answers:
            return web.Response(status=self.answers.pop(0), headers={"Location": self.url})
        if self.heard[name] == 1 or not any(event["id"] == name for event in self.acted):
            self.acted.append({"id": name, **json.loads(body)})
        return web.Response(status=204)

    def config(self, name: str) -> dict[str, str]:
        """The partner as PARTNER_WEBHOOKS has it."""
        return {"name": name, "url": self.url, "secret": self.secret}


@contextmanager
def serving(*partners: Partner) -> Iterator[None]:
    """Runs them in a thread of their own."""
    loop, ready = asyncio.new_event_loop(), threading.Event()

    async def start() -> None:
        for partner in partners:
            app = web.Application()
            app.router.add_post("/hooks", partner.take)
            runner = web.AppRunner(app, shutdown_timeout=0)
            await runner.setup()
            site = web.TCPSite(runner, "127.0.0.1", 0)
            await site.start()
            port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
            partner.url = f"http://127.0.0.1:{port}/hooks"
        ready.set()

    def run() -> None:
        loop.create_task(start())
        loop.run_forever()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()
