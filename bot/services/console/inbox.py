"""The list of conversations, and one of them read by a member of staff."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Sequence

from bot.domain.accounts import Account
from bot.domain.audit import AuditTag
from bot.domain.console import CONSOLE, InboxRow, Position, Said, Show, Takeover
from bot.domain.errors import NotFound
from bot.domain.identity import Conversation
from bot.domain.messages import Message, Sender
from bot.domain.requests import PrivacyRequest
from bot.domain.staff import StaffMember
from bot.services.console.record import Record
from bot.services.identity import load
from bot.services.ports import Clock, Transactions

PAGE = 50
HISTORY = 200
BEFORE = 20
"""Messages shown before the one somebody was looking for."""
SUMMARY = 5


@dataclass(frozen=True)
class Thread:
    """One conversation as the console shows it.

    Attributes:
        messages: the newest, oldest of them first.
        asked: the visitor's last words, for whoever takes over.
        cited: sections the assistant quoted.
    """

    conversation: Conversation
    account: Account | None
    takeover: Takeover | None
    messages: Sequence[Message]
    requests: Sequence[PrivacyRequest]
    asked: tuple[str, ...]
    cited: tuple[str, ...]


@dataclass(frozen=True)
class Inbox:
    """Lists name people, so every page of them leaves a row in the audit log."""

    transactions: Transactions
    clock: Clock
    record: Record

    def page(self, staff: StaffMember, show: Show, after: Position | None) -> Sequence[InboxRow]:
        """A page of conversations, newest activity first."""
        with self.transactions() as uow:
            rows = uow.inbox.page(show, after, PAGE)
            self.record.write(uow, AuditTag.LIST_VIEWED, staff, list="conversations", show=show.value)
            uow.commit()
        return rows

    def search(self, staff: StaffMember, text: str) -> Sequence[InboxRow]:
        """Conversations of an address, a name, a request number or an id."""
        with self.transactions() as uow:
            rows = uow.inbox.found(" ".join(text.split())[:200], PAGE)
            self.record.write(uow, AuditTag.LIST_VIEWED, staff, list="conversations", show="search")
            uow.commit()
        return rows

    def said(self, staff: StaffMember, text: str) -> Sequence[Said]:
        """Lines of transcripts with these words, newest first. The words themselves are put on no record."""
        with self.transactions() as uow:
            found = uow.words.found(text[:200], PAGE)
            self.record.write(uow, AuditTag.LIST_VIEWED, staff, list="transcripts", show="words")
            uow.commit()
        return found

    def open(self, staff: StaffMember, conversation_id: str, around: int | None = None) -> Thread:
        """The conversation, its person and its newest messages, or those around one of them.

        Raises:
            NotFound: there is no such conversation, or it is a colleague's own with the assistant.
        """
        with self.transactions() as uow:
            conversation = load(uow, conversation_id)
            if conversation.channel == CONSOLE:
                raise NotFound("What a colleague asks the assistant is nobody else's.")
            account = uow.accounts.by_id(conversation.account_id) if conversation.account_id else None
            messages = uow.messages.newest(conversation_id, HISTORY)
            if around is not None and messages and around < messages[0].seq:
                messages = uow.messages.after(conversation_id, max(0, around - BEFORE), HISTORY)
            thread = Thread(
                conversation,
                account,
                uow.takeovers.current(conversation_id),
                messages,
                uow.requests.of_account(account.id) if account else (),
                tuple(m.text for m in messages if m.sender is Sender.PERSON)[-SUMMARY:],
                _cited(messages),
            )
            person = conversation.account_id or conversation.mailbox
            self.record.write(uow, AuditTag.CONVERSATION_VIEWED, staff, person=person, conversation_id=conversation_id)
            uow.commit()
        return thread

    def since(self, conversation_id: str, seq: int) -> Sequence[Message]:
        """What was said after a message, for a page that is open and was put on record."""
        with self.transactions() as uow:
            return uow.messages.after(conversation_id, seq)

    def newest_at(self) -> datetime | None:
        """When something was last said in any conversation."""
        with self.transactions() as uow:
            return uow.inbox.newest_at()

    def last_seq(self, conversation_id: str) -> int:
        """The number of the last message of a conversation."""
        with self.transactions() as uow:
            return uow.inbox.last_seq(conversation_id)

    def taken_by(self, conversation_id: str) -> Takeover | None:
        """Who speaks in the conversation now."""
        with self.transactions() as uow:
            return uow.takeovers.current(conversation_id)


def _cited(messages: Sequence[Message]) -> tuple[str, ...]:
    quotes = [quote for message in messages for quote in (message.card or {}).get("quotes", ())]
    return tuple(dict.fromkeys(str(quote.get("section", "")) for quote in quotes))[-SUMMARY:]
