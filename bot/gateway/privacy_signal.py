"""Hears `Sec-GPC: 1` (w3c.github.io/gpc) on the requests of a conversation in which somebody is signed in."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from aiohttp import web

from bot.domain.errors import PrivacyDeskError
from bot.domain.identity import Conversation
from bot.domain.messages import Message
from bot.gateway.context import gateway
from bot.services.turns import Turn

if TYPE_CHECKING:
    from bot.gateway.turn import Act

logger = logging.getLogger(__name__)


async def heed(request: web.Request, conversation: Conversation) -> tuple[Message, ...]:
    """What to show because the browser asks not to share; the next request tries again where this one cannot."""
    if request.headers.get("Sec-GPC") != "1" or conversation.account_id is None:
        return ()
    try:
        told = await asyncio.to_thread(gateway(request).services.privacy_signal.heed, conversation.id)
    except PrivacyDeskError as error:
        logger.warning("A privacy signal waits for the next request: %s", type(error).__name__)
        return ()
    return (told,) if told else ()


def heeding(request: web.Request, act: Act) -> Act:
    """The same turn; when somebody is signed in after it, the signal counts."""

    async def turn(before: Conversation) -> Turn:
        done = await act(before)
        return replace(done, messages=(*done.messages, *await heed(request, done.conversation)))

    return turn
