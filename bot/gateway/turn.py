"""One turn at a time per conversation, shown in every tab."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any, Awaitable, Callable, Mapping

from bot.domain.errors import InvalidInput, TokenError, TokenInvalid
from bot.domain.identity import Conversation
from bot.domain.messages import Delivery, Message
from bot.gateway.bodies import text_field
from bot.gateway.context import Gateway
from bot.gateway.delivery import announce
from bot.gateway.rooms import Room, Socket
from bot.gateway.sessions import CHANNEL, refuse, session_json
from bot.gateway.wire import messages_json
from bot.services.turns import Turn

MAX_RAW_TEXT = 100_000
"""Characters; what is between this and MAX_TEXT is refused by the use case, with the numbers."""
MAX_ID = 64
MAX_BUTTON = 8192


@dataclass(frozen=True)
class Done:
    """A finished turn.

    Attributes:
        session: what the acting client must take over because the identity changed, or None.
    """

    messages: list[dict[str, Any]]
    failed: bool
    session: dict[str, Any] | None


Act = Callable[[Conversation], Awaitable[Turn]]


async def read_act(desk: Gateway, conversation: Conversation, body: Mapping[str, Any], address: str) -> Act:
    """What a client wants: `{client_id, text}` says something, `{client_id, button}` presses a button.

    Raises:
        InvalidInput: a part is missing or too long, or the button is too old, forged or another conversation's;
            what looks like an attempt is put on record.
        TooManyAttempts: slow down.
    """
    await desk.limits.hit("messages_per_address", address)
    await desk.limits.hit("messages_per_conversation", conversation.id)
    client_id = text_field(body, "client_id", MAX_ID)
    turns = desk.services.turns
    if "button" not in body:
        text = text_field(body, "text", MAX_RAW_TEXT)
        return lambda now: turns.say(now, client_id, text)
    try:
        button = desk.buttons.open(conversation.id, text_field(body, "button", MAX_BUTTON))
    except TokenError as error:
        if isinstance(error, TokenInvalid):
            await refuse(desk, address, conversation.id, "button")
        raise InvalidInput("That button does not work any more. Please ask me again.") from None
    return lambda now: turns.press(now, client_id, button.title, button.payload)


async def take_turn(desk: Gateway, conversation: Conversation, act: Act, *, by: Socket | None = None) -> Done:
    """Runs a turn in its place in the queue, and shows every tab what came of it.

    Args:
        conversation: as the client's token names it; it must still be so when its turn comes.
        act: what to do.
        by: the tab that acts; None over plain HTTP.
    """
    room = desk.rooms.of(conversation.id)
    async with room.turn:
        before = await asyncio.to_thread(desk.services.identity.get, conversation.id, conversation.epoch)
        await room.send({"type": "typing", "on": True})
        try:
            with desk.metrics.timed_turn():
                turn = await act(before)
        finally:
            await room.send({"type": "typing", "on": False})
        _count(desk, turn)
        await announce(desk, turn.messages)
        now = turn.conversation
        shown = messages_json(turn.messages, desk.buttons)
        if now.epoch == before.epoch:
            for message in shown:
                await room.send({"type": "message", "message": message})
            return Done(shown, turn.failed, None)
        session = await _moved(desk, room, before, now, by)
    if by is not None:
        await by.send({"type": "session", **session})
        if not session["fresh"]:
            for message in shown:
                await by.send({"type": "message", "message": message})
    return Done(shown, turn.failed, session)


async def _moved(
    desk: Gateway, room: Room, before: Conversation, now: Conversation, by: Socket | None
) -> dict[str, Any]:
    """After an identity change only the client that made it goes on; a token planted by a stranger is void."""
    signed_out = before.account_id is not None and now.account_id is None and now.mailbox is None
    await room.dismiss(but=by)
    if not signed_out:
        return session_json(desk, now, (), fresh=False)
    if by is not None:
        room.sockets.discard(by)
    fresh = await asyncio.to_thread(desk.services.identity.open, CHANNEL)
    return session_json(desk, fresh, (), fresh=True)


def _count(desk: Gateway, turn: Turn) -> None:
    kind = "said" if any(message.client_id for message in turn.messages) else "event"
    desk.metrics.turns.labels(kind, "failed" if turn.failed else "answered").inc()
    for message in turn.messages:
        if _is_answer(message):
            desk.metrics.answers.labels(str((message.card or {}).get("outcome", "unknown"))[:32]).inc()


def _is_answer(message: Message) -> bool:
    return message.delivery is Delivery.ANSWERED and message.card is not None and message.card.get("type") == "answer"
