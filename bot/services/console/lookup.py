"""One box that understands questions, request numbers, addresses and names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Sequence

from bot.domain.accounts import Account
from bot.domain.audit import AuditTag
from bot.domain.console import QueueFilter, QueueRow
from bot.domain.identity import normalise_email
from bot.domain.passages import Answer, Outcome
from bot.domain.staff import StaffMember
from bot.services.console.people import People, PersonCard
from bot.services.console.record import Record
from bot.services.ports import Clock, Policy, Transactions

MAX_ASKED = 500
NAMES_SHOWN = 20
OVERDUE_SHOWN = 50
_REFERENCE = re.compile(r"\bREQ-[0-9A-Z]{5}-[0-9A-Z]{5}\b", re.IGNORECASE)
ADDRESS = re.compile(r"[^\s<>\"(),:;@]{1,64}@[^\s<>\"(),:;@]+\.[^\s<>\"(),:;@?!.]+")
_OVERDUE = re.compile(r"\b(overdue|past due|too late|late)\b.*\b(request|deletion|deletions|requests)\b", re.IGNORECASE)
_NAME = re.compile(r"[^\W\d_][\w'’.\-]*(?: [^\W\d_][\w'’.\-]*){0,3}")


@dataclass(frozen=True)
class Found:
    """What the box found; parts that do not apply are empty.

    Attributes:
        asked: what was typed, tidied.
        missing: the reference or address that nobody has, or None.
        reference: the request number that was typed.
    """

    asked: str
    answers: Sequence[Answer] = ()
    person: PersonCard | None = None
    names: Sequence[Account] = ()
    overdue: Sequence[QueueRow] | None = None
    reference: str | None = None
    missing: str | None = None

    @property
    def draft(self) -> str:
        """A reply made of the answers, each quote with its source; empty when the policy is silent."""
        return "\n\n".join(draft_of(answer) for answer in self.answers if answer.quotes)


@dataclass(frozen=True)
class Lookup:
    """Every lookup leaves a row; the words do not, for they may name somebody."""

    transactions: Transactions
    clock: Clock
    policy: Policy
    people: People
    record: Record

    def find(self, staff: StaffMember, text: str) -> Found:
        """What the text asks for; nothing typed raises."""
        asked = " ".join(text.split())[:MAX_ASKED]
        reference, address = _REFERENCE.search(asked), ADDRESS.search(asked)
        if reference:
            return self._request(staff, asked, reference[0].upper())
        if address:
            return self._address(staff, asked, normalise_email(address[0]))
        if _OVERDUE.search(asked):
            return self._overdue(staff, asked)
        names = self._names(staff, asked) if _NAME.fullmatch(asked) else ()
        answers = () if names or not asked else self.policy.answer(asked)
        self._note(staff, "policy" if answers else "name")
        return Found(asked, answers=answers, names=names)

    def _request(self, staff: StaffMember, asked: str, reference: str) -> Found:
        with self.transactions() as uow:
            request = uow.requests.by_reference(reference)
        self._note(staff, "reference")
        if request is None or request.account_id is None:
            return Found(asked, missing=reference)
        return Found(asked, person=self.people.card(staff, request.account_id), reference=reference)

    def _address(self, staff: StaffMember, asked: str, email: str) -> Found:
        with self.transactions() as uow:
            account = uow.accounts.by_email(email)
        self._note(staff, "address")
        if account is None:
            return Found(asked, missing=email)
        return Found(asked, person=self.people.card(staff, account.id))

    def _overdue(self, staff: StaffMember, asked: str) -> Found:
        with self.transactions() as uow:
            rows = uow.queue.page(QueueFilter(overdue_at=self.clock.now()), None, OVERDUE_SHOWN)
        self._note(staff, "overdue")
        return Found(asked, overdue=rows)

    def _names(self, staff: StaffMember, asked: str) -> Sequence[Account]:
        with self.transactions() as uow:
            return uow.inbox.accounts_named(asked, NAMES_SHOWN)

    def _note(self, staff: StaffMember, kind: str) -> None:
        with self.transactions() as uow:
            self.record.write(uow, AuditTag.LOOKED_UP, staff, kind=kind)
            uow.commit()


def draft_of(answer: Answer) -> str:
    """An answer as words to send: never without its source."""
    lead = answer.lead if answer.outcome is not Outcome.NOT_IN_POLICY else "Our policy does not say that directly."
    quotes = [f"“{quote.text}”\n— {quote.section_title}" for quote in answer.quotes]
    source = f"{answer.policy.title}, in force since {answer.policy.effective:%-d %B %Y}"
    return "\n\n".join([lead, *quotes, source])
