"""Chat over plain HTTP, for networks that let no socket through."""

from __future__ import annotations

import asyncio

from aiohttp import web

from bot.gateway.bodies import after, json_object
from bot.gateway.context import gateway
from bot.gateway.privacy_signal import heeding
from bot.gateway.sessions import authenticate
from bot.gateway.turn import read_act, take_turn
from bot.gateway.wire import identity_json, messages_json


async def post_message(request: web.Request) -> web.Response:
    """`POST /api/messages`: one message or button; answers with what must now be shown."""
    desk = gateway(request)
    conversation = await authenticate(request)
    act = await read_act(desk, conversation, await json_object(request), desk.limits.address(request))
    done = await take_turn(desk, conversation, heeding(request, act))
    return web.json_response({"messages": done.messages, "failed": done.failed, "session": done.session})


async def get_messages(request: web.Request) -> web.Response:
    """`GET /api/messages?after=7`: what the client does not have yet."""
    desk = gateway(request)
    conversation = await authenticate(request)
    start = after(request.query.get("after", "0"))
    messages = await asyncio.to_thread(desk.services.turns.history, conversation, start)
    return web.json_response(
        {"messages": messages_json(messages, desk.buttons), "identity": identity_json(conversation)}
    )
