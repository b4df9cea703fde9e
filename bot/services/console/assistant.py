"""A member of staff talks to the assistant: the box of looking up, as a conversation.

Identity here is the member of staff and never a person, so nothing is ever done in a person's name. The conversation
keeps questions and pointers: addresses are masked in it, names left out, and what was found about a person is looked
up again by whoever follows the pointer. So erasing a person leaves nothing of them here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Mapping, Sequence

from bot.domain.accounts import mask_email
from bot.domain.console import CONSOLE
from bot.domain.desk_asks import Aspect, DeskAsk, ask_of, aspect_of
from bot.domain.errors import InvalidInput, NotFound
from bot.domain.identity import Conversation
from bot.domain.messages import Message, Sender
from bot.domain.staff import StaffMember
from bot.services.console.lookup import ADDRESS, MAX_ASKED, Found, Lookup, draft_of
from bot.services.console.people import People
from bot.services.ports import Clock, Transactions, UnitOfWork

SHOWN = 100
MAX_ID = 64
_HELP = (
    "I know the policy, requests and people. Ask me a policy question, “status of REQ-…”, “what does "
    "someone@example.com share”, or “overdue deletions”. After a person, “their requests” goes on about the same one."
)
_REFUSED = (
    "I cannot do that for you: from here I only look things up, and I know you as {name}, not as the person. They can "
    "ask me for it themselves, in the chat or by mail, where I make sure that it is them. A request that is filed "
    "already is under Requests; to help somebody along, take their conversation over."
)
_NOBODY = "I do not know whom you mean. Name an e-mail address or a request number first."


@dataclass(frozen=True)
class Exchange:
    """One question and what came of it.

    Attributes:
        found: what was looked up, for this one answer; None when there was nothing to look up.
        aspect: what of a person was asked for.
    """

    found: Found | None = None
    aspect: Aspect = Aspect.ALL


@dataclass(frozen=True)
class Assistant:
    """Agent mode."""

    transactions: Transactions
    clock: Clock
    lookup: Lookup
    people: People

    def history(self, staff: StaffMember) -> Sequence[Message]:
        """What this member and the assistant said, oldest first."""
        with self.transactions() as uow:
            return uow.messages.newest(_own(staff), SHOWN)

    def ask(self, staff: StaffMember, ask_id: str, text: str) -> Exchange:
        """Answers one question. The same id again answers nothing twice.

        Raises:
            InvalidInput: there was nothing to answer.
        """
        asked = " ".join(text.split())[:MAX_ASKED]
        if not asked or not 0 < len(ask_id) <= MAX_ID:
            raise InvalidInput("There was nothing in that question I could read.")
        with self.transactions() as uow:
            if uow.conversations.get(_own(staff)) is None:
                uow.conversations.add(Conversation(_own(staff), CONSOLE, self.clock.now()))
                uow.commit()
            elif uow.messages.by_client_id(_own(staff), ask_id) is not None:
                return Exchange()
        exchange, said, card = self._answer(staff, asked)
        with self.transactions() as uow:
            if uow.messages.by_client_id(_own(staff), ask_id) is None:
                kept = self._say(uow, staff, Sender.STAFF, _kept(asked, exchange.found), staff.first_name, ask_id)
                self._say(uow, staff, Sender.BOT, said, card=card, reply_to=kept.seq)
                uow.commit()
        return exchange

    def _answer(self, staff: StaffMember, asked: str) -> tuple[Exchange, str, Mapping[str, Any]]:
        ask, aspect = ask_of(asked), aspect_of(asked)
        if ask is DeskAsk.HELP:
            return Exchange(), _HELP, {}
        if ask is DeskAsk.ACT:
            return Exchange(), _REFUSED.format(name=staff.first_name), {"type": "refused"}
        if ask is DeskAsk.SAME_PERSON:
            found = self._same_person(staff, asked)
            if found is None:
                return Exchange(), _NOBODY, {}
        else:
            found = self.lookup.find(staff, asked)
        said, card = _said(found)
        return Exchange(found, aspect), said, card

    def _same_person(self, staff: StaffMember, asked: str) -> Found | None:
        cards = [message.card or {} for message in self.history(staff)]
        account = next((card["account"] for card in reversed(cards) if card.get("account")), None)
        try:
            return Found(asked, person=self.people.card(staff, str(account))) if account else None
        except NotFound:
            return None

    def _say(
        self,
        uow: UnitOfWork,
        staff: StaffMember,
        sender: Sender,
        text: str,
        name: str = "",
        client_id: str | None = None,
        card: Mapping[str, Any] | None = None,
        reply_to: int | None = None,
    ) -> Message:
        facts = {"type": "asked", "name": name} if name else dict(card or {})
        now = self.clock.now()
        message = Message(_own(staff), 0, sender, now, text, client_id=client_id, card=facts, reply_to=reply_to)
        return uow.messages.append(message)


def _own(staff: StaffMember) -> str:
    return f"{CONSOLE}-{staff.id}"


def _kept(asked: str, found: Found | None) -> str:
    """The question without anybody in it."""
    if found is not None and found.names:
        return "(a name)"
    return re.sub(ADDRESS, lambda address: mask_email(address[0]), asked)


def _said(found: Found) -> tuple[str, Mapping[str, Any]]:
    """What is kept of an answer: words that name nobody, and a pointer."""
    if found.person is not None:
        words = f"Looked up {found.reference}." if found.reference else "Looked up a person."
        return words, {"type": "person", "account": found.person.account.id, "reference": found.reference or ""}
    if found.missing is not None:
        return "Nobody here has that.", {}
    if found.overdue is not None:
        late = len(found.overdue)
        return (f"Overdue now: {late}." if late else "Nothing is overdue."), {"type": "overdue"}
    if found.names:
        return f"People of that name: {len(found.names)}.", {}
    answers = [draft_of(answer) if answer.quotes else answer.lead for answer in found.answers]
    return "\n\n".join(answers) or "The policy is silent here, and nobody has that name.", {"type": "policy"}
