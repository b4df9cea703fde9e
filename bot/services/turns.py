"""One message in, the replies out: stored first, masked where it is a code, answered once."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import dataclass, replace
from typing import Iterable, Sequence

from bot.domain.accounts import typed_address
from bot.domain.codes import mask_code, typed_code
from bot.domain.console import GivenAnswer, Review
from bot.domain.errors import BotUnavailable, CodeRejected, InvalidInput
from bot.domain.identity import Conversation
from bot.domain.messages import MAX_TEXT, Delivery, Message, Reply, Sender
from bot.domain.passages import Outcome
from bot.services.identity import Identity, load
from bot.services.ports import Bot, Clock, Transactions, UnitOfWork

RESUME = "/resume"
GREET = "/greet"
MAX_CLIENT_ID = 64
_UNPRINTABLE = re.compile(r"[^\S\n ]|[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffd]")
_OUTCOMES: dict[object, Outcome] = {outcome.value: outcome for outcome in Outcome}
_BLANK_LINES = re.compile(r"\n\s*\n\s*")


@dataclass(frozen=True)
class Turn:
    """What the client must show now.

    Attributes:
        conversation: as it stands after the turn; a new epoch means a new token is due.
        messages: the person's own message as stored, then the replies.
        failed: Rasa did not answer; the message is kept and the same client id may be sent again.
    """

    conversation: Conversation
    messages: tuple[Message, ...]
    failed: bool = False


@dataclass(frozen=True)
class Turns:
    """The way of every message, whatever channel it came by."""

    transactions: Transactions
    clock: Clock
    identity: Identity
    bot: Bot

    async def say(self, conversation: Conversation, client_id: str, text: str) -> Turn:
        """A person typed something.

        Raises:
            InvalidInput: empty, too long, or nothing readable in it.
        """
        text = clean(text)
        digits = typed_code(text)
        if digits is not None:
            expected: bool = await asyncio.to_thread(self.identity.code_expected, conversation.id)
            if expected:
                return await self._take_code(conversation, client_id, text, digits)
        address = typed_address(text)
        wanted = await asyncio.to_thread(self.identity.address_wanted, conversation.id) if address else None
        if wanted is not None:
            payload = f"/{wanted}{json.dumps({'email_address': address})}"
            return await self._ask(conversation, client_id, text, payload, trusted=True)
        return await self._ask(conversation, client_id, text, text, trusted=False)

    async def press(self, conversation: Conversation, client_id: str, title: str, payload: str) -> Turn:
        """A person pressed a button whose signature was verified."""
        return await self._ask(conversation, client_id, title, payload, trusted=True)

    async def resume(self, conversation: Conversation) -> Turn:
        """Goes on with what waited for a sign-in, if anything did."""
        return await self._event(conversation, RESUME)

    async def greet(self, conversation: Conversation) -> Turn:
        """The first words when a conversation opens."""
        return await self._event(conversation, GREET)

    def history(self, conversation: Conversation, after: int) -> Sequence[Message]:
        """Stored messages with a higher number, oldest first."""
        with self.transactions() as uow:
            return uow.messages.after(conversation.id, after)

    async def _ask(self, conversation: Conversation, client_id: str, text: str, payload: str, *, trusted: bool) -> Turn:
        message = await asyncio.to_thread(self._store, conversation, client_id, text)
        if message.delivery is Delivery.ANSWERED:
            replies = await asyncio.to_thread(self._replies_to, message)
            return Turn(conversation, (message, *replies))
        try:
            said = await self.bot.send(conversation, str(message.seq), payload, trusted=trusted)
        except BotUnavailable:
            return await asyncio.to_thread(self._finish, message, (), Delivery.FAILED)
        return await asyncio.to_thread(self._finish, message, said, Delivery.ANSWERED)

    async def _event(self, conversation: Conversation, payload: str) -> Turn:
        if await asyncio.to_thread(self._person_speaks, conversation.id):
            return Turn(conversation, ())
        try:
            said = await self.bot.send(conversation, self.identity.random.id(), payload, trusted=True)
        except BotUnavailable:
            return Turn(conversation, (), failed=True)
        return await asyncio.to_thread(self._append, conversation.id, said)

    async def _take_code(self, conversation: Conversation, client_id: str, text: str, digits: str) -> Turn:
        message = await asyncio.to_thread(self._store, conversation, client_id, mask_code(text))
        if message.delivery is Delivery.ANSWERED:
            return Turn(conversation, (message, *await asyncio.to_thread(self._replies_to, message)))
        try:
            proved = await asyncio.to_thread(self.identity.prove_code, conversation.id, digits)
        except CodeRejected as refusal:
            said = (Reply(_refusal(refusal.tries_left)),)
            return await asyncio.to_thread(self._finish, message, said, Delivery.ANSWERED)
        thanks = (Reply("Thank you, that code is right."),)
        shown = await asyncio.to_thread(self._finish, message, thanks, Delivery.ANSWERED)
        rest = await self.resume(proved)
        return Turn(rest.conversation, (*shown.messages, *rest.messages))

    def _store(self, conversation: Conversation, client_id: str, text: str) -> Message:
        if not 0 < len(client_id) <= MAX_CLIENT_ID:
            raise InvalidInput("The message came without a usable id.")
        with self.transactions() as uow:
            # To a person of ours it has arrived; Rasa never sees it.
            taken = uow.takeovers.current(conversation.id) is not None
            known = uow.messages.by_client_id(conversation.id, client_id)
            if known is not None and taken:
                uow.messages.mark(conversation.id, known.seq, Delivery.ANSWERED)
                uow.commit()
                return replace(known, delivery=Delivery.ANSWERED)
            if known is not None:
                return known
            stored = uow.messages.append(
                Message(
                    conversation.id,
                    0,
                    Sender.PERSON,
                    self.clock.now(),
                    text,
                    client_id=client_id,
                    delivery=Delivery.ANSWERED if taken else Delivery.RECEIVED,
                )
            )
            uow.commit()
        return stored

    def _person_speaks(self, conversation_id: str) -> bool:
        with self.transactions() as uow:
            return uow.takeovers.current(conversation_id) is not None

    def _finish(self, message: Message, said: Iterable[Reply], delivery: Delivery) -> Turn:
        with self.transactions() as uow:
            uow.messages.mark(message.conversation_id, message.seq, delivery)
            replies = self._write(uow, message.conversation_id, said, message.seq)
            conversation = load(uow, message.conversation_id)
            uow.commit()
        return Turn(conversation, (replace(message, delivery=delivery), *replies), delivery is Delivery.FAILED)

    def _append(self, conversation_id: str, said: Iterable[Reply]) -> Turn:
        with self.transactions() as uow:
            stored = self._write(uow, conversation_id, said, None)
            conversation = load(uow, conversation_id)
            uow.commit()
        return Turn(conversation, stored)

    def _write(
        self, uow: UnitOfWork, conversation_id: str, said: Iterable[Reply], reply_to: int | None
    ) -> tuple[Message, ...]:
        now, written = self.clock.now(), []
        for reply in said:
            message = Message(
                conversation_id,
                0,
                Sender.BOT,
                now,
                reply.text,
                buttons=reply.buttons,
                card=reply.card,
                reply_to=reply_to,
            )
            written.append(uow.messages.append(message))
            _rate(uow, written[-1])
        return tuple(written)

    def _replies_to(self, message: Message) -> Sequence[Message]:
        with self.transactions() as uow:
            return uow.messages.replies_to(message.conversation_id, message.seq)


def clean(text: str) -> str:
    """What a person typed, without unprintable characters and runs of blank lines.

    Raises:
        InvalidInput: nothing is left, or it is longer than MAX_TEXT.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    text = _BLANK_LINES.sub("\n\n", _UNPRINTABLE.sub("", text)).strip()
    if not text:
        raise InvalidInput("There was nothing in that message I could read.")
    if len(text) > MAX_TEXT:
        raise InvalidInput(
            f"That message is {len(text):,} characters long, and I can take {MAX_TEXT:,}. Please shorten it."
        )
    return text


def _rate(uow: UnitOfWork, message: Message) -> None:
    """Remembers how well a question was answered, so that people can look at what was not."""
    card = message.card or {}
    outcome = _OUTCOMES.get(card.get("outcome"))
    if card.get("type") != "answer" or outcome is None or message.reply_to is None:
        return
    review = None if outcome is Outcome.ANSWERED else Review.OPEN
    uow.answers.add(GivenAnswer(message.conversation_id, message.seq, message.at, outcome, review))


def _refusal(tries_left: int) -> str:
    if tries_left == 0:
        return "That code is not valid any more. Ask me again and I will mail you a new one."
    left = "one try" if tries_left == 1 else f"{tries_left} tries"
    return f"That code is not right. You have {left} left."
