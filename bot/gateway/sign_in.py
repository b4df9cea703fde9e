"""Signing in and out from the widget's panel; passwords and codes typed there never reach the dialogue."""

from __future__ import annotations

import asyncio

from aiohttp import web

from bot.domain.codes import typed_code
from bot.domain.errors import InvalidInput, PrivacyDeskError
from bot.domain.identity import Conversation, normalise_email
from bot.gateway.bodies import json_object, text_field
from bot.gateway.context import gateway
from bot.gateway.privacy_signal import heed
from bot.gateway.sessions import CHANNEL, authenticate, opening, session_json
from bot.services.turns import Turn

MAX_EMAIL = 254
MAX_PASSWORD = 1024
MAX_CODE = 40


async def sign_in(request: web.Request) -> web.Response:
    """`POST /api/sign-in` with `{email, password}`."""
    desk = gateway(request)
    conversation = await authenticate(request)
    body = await json_object(request)
    email, password = text_field(body, "email", MAX_EMAIL), text_field(body, "password", MAX_PASSWORD)
    await desk.limits.hit("sign_ins_per_address", desk.limits.address(request))
    await desk.limits.hit("sign_ins_per_account", normalise_email(email))
    signed_in = await desk.services.authentication.sign_in(conversation.id, email, password)
    return await _go_on(request, conversation, signed_in)


async def send_code(request: web.Request) -> web.Response:
    """`POST /api/code` with `{email}`; says the same whether or not there is an account."""
    desk = gateway(request)
    conversation = await authenticate(request)
    email = text_field(await json_object(request), "email", MAX_EMAIL)
    await desk.limits.hit("codes_per_address", desk.limits.address(request))
    await asyncio.to_thread(desk.services.identity.send_code, conversation.id, email)
    return web.json_response({"sent": True})


async def prove_code(request: web.Request) -> web.Response:
    """`POST /api/code/prove` with `{digits}`."""
    desk = gateway(request)
    conversation = await authenticate(request)
    digits = typed_code(text_field(await json_object(request), "digits", MAX_CODE))
    if digits is None:
        raise InvalidInput("The code is the six digits from the mail.")
    await desk.limits.hit("code_tries_per_address", desk.limits.address(request))
    proved = await desk.services.authentication.prove_code(conversation.id, digits)
    return await _go_on(request, conversation, proved)


async def sign_out(request: web.Request) -> web.Response:
    """`POST /api/sign-out`: the conversation is closed and a new, empty one opened."""
    desk = gateway(request)
    conversation = await authenticate(request)
    identity = desk.services.identity
    await asyncio.to_thread(identity.sign_out, conversation.id)
    await desk.rooms.of(conversation.id).dismiss()
    fresh = await asyncio.to_thread(identity.open, CHANNEL)
    return web.json_response(session_json(desk, fresh, await opening(desk, fresh), fresh=True))


async def _go_on(request: web.Request, before: Conversation, after: Conversation) -> web.Response:
    """Takes up what waited for the sign-in. The old token is void, for whoever may know it."""
    desk = gateway(request)
    room = desk.rooms.of(after.id)
    await room.dismiss()
    if before.account_id is not None and after.account_id != before.account_id:
        await asyncio.to_thread(desk.services.identity.sign_out, after.id)
        raise InvalidInput("You were signed in with another account, so I signed you out. Please start again.")
    async with room.turn:
        try:
            turn = await desk.services.turns.resume(after)
        except PrivacyDeskError:
            desk.metrics.turns.labels("resume", "failed").inc()
            turn = Turn(after, (), failed=True)
    told = await heed(request, turn.conversation)
    return web.json_response(session_json(desk, turn.conversation, (*turn.messages, *told), fresh=False))
