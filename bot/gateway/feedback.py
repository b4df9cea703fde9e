"""Thumbs on answers, and the score of a conversation."""

from __future__ import annotations

import asyncio

from aiohttp import web

from bot.domain.errors import InvalidInput
from bot.gateway.bodies import json_object
from bot.gateway.context import gateway
from bot.gateway.sessions import authenticate

MAX_SEQ = 10**9


async def rate(request: web.Request) -> web.Response:
    """`POST /api/rating` `{seq, up}`: up is true, false, or null to take it back."""
    desk = gateway(request)
    conversation = await authenticate(request)
    await desk.limits.hit("messages_per_conversation", "feedback", conversation.id)
    body = await json_object(request)
    seq, up = body.get("seq"), body.get("up")
    if type(seq) is not int or not 0 < seq < MAX_SEQ or up not in (True, False, None) or type(up) is int:
        raise InvalidInput("That rating was not readable.")
    await asyncio.to_thread(desk.services.feedback.rate, conversation, seq, up)
    return web.json_response({"seq": seq, "up": up})


async def score(request: web.Request) -> web.Response:
    """`POST /api/score` `{score}`: 1 to 5."""
    desk = gateway(request)
    conversation = await authenticate(request)
    await desk.limits.hit("messages_per_conversation", "feedback", conversation.id)
    given = (await json_object(request)).get("score")
    if type(given) is not int:
        raise InvalidInput("That score was not readable.")
    await asyncio.to_thread(desk.services.feedback.score, conversation, given)
    return web.json_response({"score": given})
