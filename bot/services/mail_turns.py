"""A mail as turns of a conversation: each ask answered in order, requests that need a proof kept until it is given."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import Any

from bot.domain.accounts import mask_email
from bot.domain.codes import mask_code, typed_code
from bot.domain.errors import BotUnavailable, InvalidInput, TooManyAttempts
from bot.domain.identity import Assurance, Conversation
from bot.domain.mail import MailThread
from bot.domain.messages import MAX_TEXT, Button, Delivery, Message, Sender
from bot.domain.proposals import ProposalState
from bot.services.identity import Identity, load
from bot.services.ports import Clock, Transactions, UnitOfWork
from bot.services.turns import Turn, Turns

MAX_CHOICES = 4
_CODE_SENT = (
    "I need to know it is you first. I sent a six-digit code to {mailbox} in a mail of its own. "
    "Answer this mail, or that one, with the code and I will go on; it works for ten minutes."
)
_CODE_LIMIT = (
    "I need to know it is you first. I already mailed several codes to {mailbox} and must wait up to an hour "
    "before the next one. Until then I leave this as it is; please ask me again later."
)
_WORDLESS = "[A mail without words]"
_NO_CODE = "That code is not valid any more. Ask me again and I will mail you a new one."


@dataclass(frozen=True)
class Section:
    """One ask and what was said to it.

    Attributes:
        ask: the person's words, codes masked.
        choices: words that, sent back, do what a button does in chat.
        unproved: it was asked before the person had shown who they are.
    """

    ask: str
    texts: tuple[str, ...]
    choices: tuple[str, ...] = ()
    unproved: bool = False

    def as_json(self) -> dict[str, Any]:
        """For an outbox payload."""
        return {"ask": self.ask, "texts": list(self.texts), "choices": list(self.choices)}


@dataclass(frozen=True)
class Answered:
    """What a mail came to; `waiting` goes on once what is open is settled."""

    sections: tuple[Section, ...]
    waiting: tuple[str, ...]


@dataclass(frozen=True)
class MailTurns:
    """The same bot as in chat. Being in a thread proves nothing, so a sign-in lasts no longer than its code."""

    transactions: Transactions
    clock: Clock
    identity: Identity
    turns: Turns

    async def take(self, thread: MailThread, key: str, asks: tuple[str, ...], *, signed: bool) -> Answered:
        """Answers the asks of one mail; the same key again repeats nothing.

        Args:
            signed: the mail came to the thread's own address; only then does an earlier code still count.

        Raises:
            BotUnavailable: try the whole mail again later.
        """
        await asyncio.to_thread(self._lapse, thread.conversation_id, signed)
        sections: list[Section] = []
        opened: dict[str, str] = {}
        for number, ask in enumerate(asks, 1):
            sections.append(await self._section(thread, f"{key[:40]}-{number}", ask))
            proposal: str | None = await asyncio.to_thread(self._open, thread.conversation_id)
            if proposal is not None:
                opened.setdefault(proposal, ask)
        # Only the newest wish waits in a proposal; the ones it pushed aside wait in the thread.
        # What is stored tells the unproved ones, so that an attempt that was cut off loses none of them.
        unproved = [ask for ask, section in zip(asks, sections, strict=True) if section.unproved]
        pushed: list[str] = await asyncio.to_thread(self._pushed_aside, opened)
        waiting = list(dict.fromkeys((*thread.waiting, *unproved[:-1], *pushed)))
        while waiting and bool(await asyncio.to_thread(self._free, thread.conversation_id)):
            sections.append(await self._section(thread, f"{key[:40]}+{len(sections)}", waiting.pop(0)))
        return Answered(tuple(_without_repeats(sections)), tuple(dict.fromkeys(waiting)))

    async def pass_on(self, thread: MailThread, key: str, text: str, asks: tuple[str, ...], *, signed: bool) -> None:
        """Stores what a mail says for the person of ours who has the thread; codes are checked and masked.

        Args:
            text: the new words of the mail.
            asks: the same, cut into what it asks for; a code is one of these.
        """
        await asyncio.to_thread(self._lapse, thread.conversation_id, signed)
        codes = [ask for ask in asks if typed_code(ask)]
        for number, code in enumerate(codes, 1):
            text = text.replace(code, mask_code(code))
            if await asyncio.to_thread(self.identity.code_expected, thread.conversation_id):
                await self.turns.say(await self._now(thread), f"{key[:40]}-{number}", code)
        text = "\n".join(mask_code(line) if typed_code(line) else line for line in text.splitlines())
        parts = [text[start : start + MAX_TEXT] for start in range(0, len(text), MAX_TEXT)]
        heard = [part for part in parts if any(char.isalnum() for char in part)] or [_WORDLESS]
        for number, part in enumerate(heard, len(codes) + 1):
            await asyncio.to_thread(self.turns.hear, await self._now(thread), f"{key[:40]}-{number}", part)

    async def _now(self, thread: MailThread) -> Conversation:
        conversation, _, _ = await asyncio.to_thread(self._before, thread.conversation_id, "")
        return conversation

    def _lapse(self, conversation_id: str, signed: bool) -> None:
        """Takes an earlier proof back; what waits keeps waiting."""
        with self.transactions() as uow:
            conversation = load(uow, conversation_id)
            fresh = conversation.assurance(self.clock.now()) is Assurance.FRESH_CODE
            if (conversation.base is Assurance.ANONYMOUS and conversation.code_at is None) or (fresh and signed):
                return
            epoch = conversation.epoch + 1
            uow.conversations.save(replace(conversation, base=Assurance.ANONYMOUS, code_at=None, epoch=epoch))
            uow.commit()

    def _open(self, conversation_id: str) -> str | None:
        """The proposal that waits for a proof or a yes, or None."""
        with self.transactions() as uow:
            proposal = uow.proposals.newest_open(conversation_id)
        return proposal.id if proposal is not None and proposal.live(self.clock.now()) else None

    def _free(self, conversation_id: str) -> bool:
        """Whether the person is proved and nothing is on the table."""
        with self.transactions() as uow:
            conversation = load(uow, conversation_id)
        return conversation.assurance(self.clock.now()) > Assurance.ANONYMOUS and self._open(conversation_id) is None

    def _pushed_aside(self, opened: dict[str, str]) -> list[str]:
        """The asks whose proposal another ask of the same mail superseded."""
        with self.transactions() as uow:
            found = {proposal_id: uow.proposals.get(proposal_id) for proposal_id in opened}
        return [
            opened[key] for key, proposal in found.items() if proposal and proposal.state is ProposalState.SUPERSEDED
        ]

    async def _section(self, thread: MailThread, client_id: str, ask: str) -> Section:
        try:
            turn = await self._turn(thread.conversation_id, client_id, ask)
        except InvalidInput as refusal:
            return Section(ask[:200], (str(refusal),))
        if turn is None:
            return Section(mask_code(ask), (_NO_CODE,))
        if turn.failed:
            raise BotUnavailable("The mail is kept and answered later.")
        own = next((message.text for message in turn.messages if message.sender is Sender.PERSON), mask_code(ask))
        said = [message for message in turn.messages if message.sender is Sender.BOT]
        texts = [message.text for message in said if not _asks_sign_in(message)]
        unproved = len(texts) < len(said)
        if unproved:
            texts.append(await asyncio.to_thread(self._send_code, thread))
        titles = [button.title for message in said for button in message.buttons]
        choices = tuple(dict.fromkeys(titles))[:MAX_CHOICES] if len(titles) <= 2 * MAX_CHOICES else ()
        return Section(own, tuple(text for text in texts if text.strip()), choices, unproved)

    async def _turn(self, conversation_id: str, client_id: str, ask: str) -> Turn | None:
        conversation, known, buttons = await asyncio.to_thread(self._before, conversation_id, client_id)
        button = next((button for button in buttons if _same_words(button.title, ask)), None)
        if typed_code(ask) and not await asyncio.to_thread(self.identity.code_expected, conversation_id):
            # A first attempt may have taken the code and been cut off; digits never go to Rasa.
            if known is None:
                return None
            if known.delivery is not Delivery.ANSWERED:
                return await self.turns.resume(conversation)
        if button is not None:
            return await self.turns.press(conversation, client_id, button.title, button.payload)
        return await self.turns.say(conversation, client_id, ask)

    def _before(self, conversation_id: str, client_id: str) -> tuple[Conversation, Message | None, list[Button]]:
        """The conversation, the message if it came before, and the buttons of the newest replies, newest first."""
        with self.transactions() as uow:
            conversation = load(uow, conversation_id)
            known = uow.messages.by_client_id(conversation_id, client_id)
            last = uow.messages.after(conversation_id, max(0, self._last(uow, conversation_id) - 40))
        return conversation, known, [button for message in reversed(last) for button in message.buttons]

    def _last(self, uow: UnitOfWork, conversation_id: str) -> int:
        seq = 0
        while page := uow.messages.after(conversation_id, seq):
            seq = page[-1].seq
        return seq

    def _send_code(self, thread: MailThread) -> str:
        """Mails a code to the sender on record, account or not, unless one is on its way."""
        words = {"mailbox": mask_email(thread.sender)}
        with self.transactions() as uow:
            live = uow.codes.live(thread.conversation_id, self.clock.now())
        if live is None or live.mailbox != thread.sender:
            try:
                self.identity.send_code(thread.conversation_id, thread.sender)
            except TooManyAttempts:
                return _CODE_LIMIT.format(**words)
        return _CODE_SENT.format(**words)


def _asks_sign_in(message: Message) -> bool:
    """Chat has a panel for this; a mail gets a code instead."""
    return (message.card or {}).get("type") == "sign_in"


def _same_words(title: str, ask: str) -> bool:
    return _bare(title) == _bare(ask)


def _bare(words: str) -> str:
    return " ".join("".join(char if char.isalnum() else " " for char in words.casefold()).split())


def _without_repeats(sections: list[Section]) -> list[Section]:
    """An ask that was taken up again replaces what was said to it first; a text is said once per ask."""
    newest = {section.ask: section for section in sections}
    return [replace(section, texts=tuple(dict.fromkeys(section.texts))) for section in newest.values()]
