"""Chat over a WebSocket. The token comes in the first frame, never in the address."""

from __future__ import annotations

import asyncio
import logging
from typing import Any, Mapping

from aiohttp import WSMsgType, hdrs, web

from bot.domain.errors import InvalidInput, TokenError, TokenInvalid
from bot.domain.identity import Conversation
from bot.gateway.bodies import MAX_BODY, after, parse_object, text_field
from bot.gateway.context import Gateway, gateway
from bot.gateway.errors import problem
from bot.gateway.middleware import unexpected
from bot.gateway.origins import allowed
from bot.gateway.privacy_signal import heeding
from bot.gateway.rooms import IDENTITY_CHANGED, Room, Socket
from bot.gateway.sessions import history, holder, refuse
from bot.gateway.turn import read_act, take_turn
from bot.gateway.wire import identity_json, messages_json

logger = logging.getLogger(__name__)

HEARTBEAT = 25.0
HELLO_WITHIN = 10.0
MAX_TOKEN = 2048
STRIKES = 5
"""Malformed frames until the connection is closed."""
AT_ONCE = 8
"""Messages one tab may have on their way."""
POLICY_VIOLATION, TRY_AGAIN = 1008, 1013


async def chat_socket(request: web.Request) -> web.StreamResponse:
    """`GET /api/socket`."""
    desk = gateway(request)
    if not allowed(desk.config, request.headers.get(hdrs.ORIGIN, "")):
        raise web.HTTPForbidden
    await desk.limits.hit("sessions_per_address", "socket", desk.limits.address(request))
    transport = web.WebSocketResponse(heartbeat=HEARTBEAT, max_msg_size=MAX_BODY)
    await transport.prepare(request)
    with desk.metrics.sockets.track_inprogress():
        await Chat(desk, request, transport).run()
    return transport


class Chat:
    """One connection."""

    def __init__(self, desk: Gateway, request: web.Request, transport: web.WebSocketResponse) -> None:
        self._desk, self._request, self._transport = desk, request, transport
        self._socket = Socket(transport)
        self._address = desk.limits.address(request)
        self._token, self._strikes = "", 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Waits for the hello, then serves frames until the tab goes away. No error leaves it."""
        try:
            conversation, seen = await asyncio.wait_for(self._hello(), HELLO_WITHIN)
            await self._stay(conversation, seen)
        except TokenError as error:
            if isinstance(error, TokenInvalid):
                await self._record("conversation token")
            await self._tell(error)
            await self._socket.close(IDENTITY_CHANGED, "token refused")
        except (InvalidInput, asyncio.TimeoutError):
            await self._socket.close(POLICY_VIOLATION, "no hello")
        except ConnectionError:
            return
        except Exception as error:
            await self._tell(error)
            await self._socket.close(TRY_AGAIN, "try again")

    async def _stay(self, conversation: Conversation, seen: int) -> None:
        room = self._desk.rooms.of(conversation.id)
        try:
            await self._welcome(room, conversation, seen)
            await self._serve()
        finally:
            room.sockets.discard(self._socket)
            if self._tasks:
                await asyncio.wait(self._tasks)

    async def _hello(self) -> tuple[Conversation, int]:
        frame = await self._transport.receive()
        if frame.type is not WSMsgType.TEXT:
            raise InvalidInput("no hello")
        body = parse_object(frame.data)
        if body.get("type") != "hello":
            raise InvalidInput("no hello")
        self._token = text_field(body, "token", MAX_TOKEN)
        return await holder(self._desk, self._token), after(body.get("after", 0))

    async def _welcome(self, room: Room, conversation: Conversation, seen: int) -> None:
        room.sockets.add(self._socket)
        missed = await history(self._desk, conversation, seen)
        shown = messages_json(missed, self._desk.buttons)
        await self._socket.send({"type": "ready", "messages": shown, "identity": identity_json(conversation)})

    async def _serve(self) -> None:
        async for frame in self._transport:
            try:
                if frame.type is not WSMsgType.TEXT:
                    raise InvalidInput("That request was not readable.")
                self._take(parse_object(frame.data))
            except InvalidInput as error:
                self._strikes += 1
                await self._tell(error)
                if self._strikes >= STRIKES:
                    await self._socket.close(POLICY_VIOLATION, "too many malformed frames")
                    return

    def _take(self, body: Mapping[str, Any]) -> None:
        if body.get("type") == "ping":
            return
        if body.get("type") not in ("say", "press"):
            raise InvalidInput("That request was not readable.")
        if len(self._tasks) >= AT_ONCE:
            raise InvalidInput("One at a time, please: I am still answering.")
        task = asyncio.create_task(self._act(body))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _act(self, body: Mapping[str, Any]) -> None:
        client_id = body.get("client_id")
        try:
            conversation = await holder(self._desk, self._token)
            act = await read_act(self._desk, conversation, body, self._address)
            done = await take_turn(self._desk, conversation, heeding(self._request, act), by=self._socket)
            if done.session is not None:
                self._token = done.session["token"]
            await self._socket.send({"type": "done", "client_id": client_id, "failed": done.failed})
        except TokenError as error:
            await self._tell(error)
            await self._socket.close(IDENTITY_CHANGED, "token refused")
        except Exception as error:
            await self._tell(error, client_id=client_id)

    async def _tell(self, error: Exception, **more: Any) -> None:
        known = problem(error) or unexpected(self._request, error)
        self._desk.metrics.refusals.labels(known.code).inc()
        await self._socket.send({"type": "error", **known.json(), **more})

    async def _record(self, what: str) -> None:
        try:
            await refuse(self._desk, self._address, "", what)
        except Exception as error:
            logger.warning("A refusal could not be put on record: %s", type(error).__name__)
