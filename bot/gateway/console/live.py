"""What makes pages live: server-sent events that say "look again", and which colleagues are looking."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from typing import Any

from aiohttp import web

from bot.gateway.bus import Event
from bot.gateway.console.visit import Visit, member

BEAT = 15.0
"""Seconds between signs of life."""
TICK = 2.0
"""Seconds until it is noticed that a page was closed."""


async def inbox(visit: Visit) -> web.StreamResponse:
    """`GET /console/inbox/events`: something was said, somewhere."""
    newest_at, beat = visit.console.inbox.newest_at, 0
    known = await asyncio.to_thread(newest_at)
    async with _stream(visit) as stream:
        with visit.desk.bus.subscribe() as events:
            while not _gone(visit):
                event = await _next(events, TICK)
                beat += event is None
                if beat * TICK >= BEAT:
                    if not await _alive(visit):
                        break
                    await stream.write(b": still here\n\n")
                    beat = 0
                # A mail is taken in by the worker, which is on no bus.
                if event is None and (now := await asyncio.to_thread(newest_at)) != known:
                    known, event = now, {"kind": "message", "conversation": ""}
                if event is not None and event["kind"] == "message":
                    await _send(stream, "message", event["conversation"])
    return stream.response


async def conversation(visit: Visit) -> web.StreamResponse:
    """`GET /console/conversations/{id}/events`: something was said here, or a colleague came or left."""
    conversation_id, me, loop = visit.request.match_info["id"], visit.me, asyncio.get_running_loop()
    here = {"kind": "presence", "conversation": conversation_id, "staff": me.id, "name": me.first_name}
    stream = _stream(visit)
    await _grown(visit, stream)
    async with stream:
        with visit.desk.bus.subscribe() as events:
            try:
                while await _alive(visit):
                    await visit.desk.bus.publish(**here, here=True)
                    await stream.write(b": still here\n\n")
                    await _pass_on(visit, stream, events, loop.time() + BEAT)
            finally:
                await visit.desk.bus.publish(**here, here=False)
    return stream.response


async def _pass_on(visit: Visit, stream: Stream, events: asyncio.Queue[Event], until: float) -> None:
    conversation_id, loop = visit.request.match_info["id"], asyncio.get_running_loop()
    while (left := until - loop.time()) > 0:
        event = await _next(events, min(left, TICK))
        if event is None and _gone(visit):
            return
        # A mail is taken in by the worker, which is on no bus.
        if event is None and await _grown(visit, stream):
            event = {"kind": "message", "conversation": conversation_id, "seq": stream.seq}
        if event is None or event.get("conversation") != conversation_id:
            continue
        if event["kind"] == "message":
            await _send(stream, "message", event["seq"])
        elif event["kind"] == "presence":
            visit.desk.presence.note(event, loop.time())
            await _send(stream, "presence", visit.desk.presence.others(conversation_id, visit.me.id, loop.time()))


async def _grown(visit: Visit, stream: Stream) -> bool:
    """Whether the conversation has a message that it did not have when we last looked."""
    before = stream.seq
    stream.seq = await asyncio.to_thread(visit.console.inbox.last_seq, visit.request.match_info["id"])
    return stream.seq > before


class Stream:
    """A response that goes on until the page is closed.

    Attributes:
        seq: the newest message that was seen.
    """

    seq = 0

    def __init__(self, request: web.Request) -> None:
        self.response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        self._request = request

    async def __aenter__(self) -> Stream:
        await self.response.prepare(self._request)
        await self.write(b"retry: 3000\n\n")
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> bool:
        return isinstance(error, ConnectionError)

    async def write(self, data: bytes) -> None:
        """Sends some bytes."""
        await self.response.write(data)


def _stream(visit: Visit) -> Stream:
    return Stream(visit.request)


async def _send(stream: Stream, name: str, data: Any) -> None:
    await stream.write(f"event: {name}\ndata: {json.dumps(data)}\n\n".encode())


async def _next(events: asyncio.Queue[Event], within: float = BEAT) -> Event | None:
    with suppress(asyncio.TimeoutError):
        return await asyncio.wait_for(events.get(), within)
    return None


async def _alive(visit: Visit) -> bool:
    """Whether the session still counts; an open page alone does not keep it alive."""
    return not _gone(visit) and await member(visit.request, used=False) is not None


def _gone(visit: Visit) -> bool:
    transport = visit.request.transport
    return transport is None or transport.is_closing()
