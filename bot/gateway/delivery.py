"""Brings what was said to every tab that has the conversation open, wherever it was said."""

from __future__ import annotations

import asyncio
from typing import Sequence

from bot.domain.messages import Message
from bot.gateway.context import Gateway
from bot.gateway.wire import messages_json


async def announce(desk: Gateway, messages: Sequence[Message]) -> None:
    """Tells the other pages and gateways of messages that this one has shown."""
    if messages:
        first = min(message.seq for message in messages)
        await desk.bus.publish(kind="message", conversation=messages[0].conversation_id, seq=first)


async def show(desk: Gateway, messages: Sequence[Message]) -> None:
    """Shows messages to the visitor, in every tab."""
    if not messages:
        return
    room = desk.rooms.of(messages[0].conversation_id)
    for message in messages_json(messages, desk.buttons):
        await room.send({"type": "message", "message": message})
    await announce(desk, messages)


async def follow(desk: Gateway) -> None:
    """Shows in our tabs what was said at other gateways, until it is cancelled."""
    with desk.bus.subscribe() as events:
        while True:
            event = await events.get()
            if event.get("kind") != "message" or not event.get("remote"):
                continue
            room = desk.rooms.of(event["conversation"])
            if not room.sockets:
                continue
            inbox, start = desk.services.console.inbox, event["seq"] - 1
            missed = await asyncio.to_thread(inbox.since, event["conversation"], start)
            for message in messages_json(missed, desk.buttons):
                await room.send({"type": "message", "message": message})
