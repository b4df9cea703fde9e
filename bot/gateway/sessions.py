"""Opening a conversation, coming back to one, and showing that one holds it."""

from __future__ import annotations

import asyncio
from typing import Any, Iterable

from aiohttp import hdrs, web

from bot.domain.errors import TokenError, TokenInvalid
from bot.domain.identity import Conversation
from bot.domain.messages import MAX_TEXT, Message
from bot.gateway.bodies import json_object, text_field
from bot.gateway.context import Gateway, gateway
from bot.gateway.privacy_signal import heed
from bot.gateway.wire import identity_json, messages_json

CHANNEL = "web"
HISTORY_PAGE = 200
HISTORY_SHOWN = 600
GREETING_WITHIN = 8.0
"""Seconds."""
MAX_JWT = 4096


async def open_session(request: web.Request) -> web.Response:
    """`POST /api/session`: comes back to the conversation of the token, or opens a new one."""
    desk = gateway(request)
    await desk.limits.hit("sessions_per_address", desk.limits.address(request))
    body = await json_object(request)
    conversation = await _returning(desk, request)
    if "identity" in body:
        await desk.limits.hit("host_tokens_per_address", desk.limits.address(request))
        conversation = await _vouched(desk, conversation, text_field(body, "identity", MAX_JWT))
    if conversation is None:
        conversation = await asyncio.to_thread(desk.services.identity.open, CHANNEL)
    messages = [*await opening(desk, conversation), *await heed(request, conversation)]
    return web.json_response(
        session_json(desk, conversation, messages, feedback=await feedback_json(desk, conversation))
    )


async def feedback_json(desk: Gateway, conversation: Conversation) -> dict[str, Any]:
    """What the person thought so far, for a widget that starts anew: `{ratings: {seq: up}, score}`."""
    ratings, score = await asyncio.to_thread(desk.services.feedback.given, conversation)
    return {"ratings": {str(seq): up for seq, up in ratings.items()}, "score": score}


async def _returning(desk: Gateway, request: web.Request) -> Conversation | None:
    token = _bearer(request)
    if not token:
        return None
    try:
        return await holder(desk, token)
    except TokenError:
        return None


async def _vouched(desk: Gateway, conversation: Conversation | None, jwt: str) -> Conversation:
    """A verified identity gets a conversation of its own: what was said before it is never merged in."""
    host = desk.host.read(jwt)
    if conversation is not None and conversation.account_id == host.sub:
        return conversation
    fresh = await asyncio.to_thread(desk.services.identity.open, CHANNEL)
    return await desk.services.authentication.vouch(fresh.id, host.sub, host.jti, host.expires_at)


async def opening(desk: Gateway, conversation: Conversation) -> list[Message]:
    """What was said so far; a new conversation is greeted, if that does not take long."""
    messages = await history(desk, conversation)
    if messages:
        return messages
    try:
        turn = await asyncio.wait_for(desk.services.turns.greet(conversation), GREETING_WITHIN)
    except asyncio.TimeoutError:
        return []
    return list(turn.messages)


async def history(desk: Gateway, conversation: Conversation, after: int = 0) -> list[Message]:
    """The newest messages of those after a number, oldest first."""
    messages: list[Message] = []
    while True:
        page = await asyncio.to_thread(desk.services.turns.history, conversation, after)
        messages.extend(page)
        if len(page) < HISTORY_PAGE:
            return messages[-HISTORY_SHOWN:]
        after = page[-1].seq


async def authenticate(request: web.Request) -> Conversation:
    """The conversation whose token came in the Authorization header.

    Raises:
        TokenInvalid: missing, forged, or of an earlier identity; put on record.
        TokenExpired: too old.
    """
    desk = gateway(request)
    try:
        return await holder(desk, _bearer(request))
    except TokenInvalid:
        await refuse(desk, desk.limits.address(request), "", "conversation token")
        raise


async def holder(desk: Gateway, token: str) -> Conversation:
    """The conversation of a token. Raises TokenInvalid or TokenExpired."""
    conversation_id, epoch = desk.tokens.read(token)
    return await asyncio.to_thread(desk.services.identity.get, conversation_id, epoch)


async def refuse(desk: Gateway, address: str, conversation_id: str, what: str) -> None:
    """Puts a refused token or button on record, as far as one address may fill the record."""
    await desk.limits.hit("links_per_address", "refused", address)
    await asyncio.to_thread(desk.services.identity.refused, conversation_id, what)


def session_json(desk: Gateway, conversation: Conversation, messages: Iterable[Message], **more: Any) -> dict[str, Any]:
    """What a client needs to go on."""
    return {
        "token": desk.tokens.issue(conversation),
        "identity": identity_json(conversation),
        "messages": messages_json(messages, desk.buttons),
        "limits": {"text": MAX_TEXT},
        "company": desk.config.company,
        "contact": {"email": desk.config.support_email, "phone": desk.config.support_phone},
        **more,
    }


def _bearer(request: web.Request) -> str:
    scheme, _, token = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""
