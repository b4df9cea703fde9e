"""The queue of privacy requests."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import Sequence

from bot.domain.accounts import Account
from bot.domain.audit import AuditTag
from bot.domain.console import Note, Position, QueueFilter, QueueRow
from bot.domain.errors import InvalidInput, NotFound
from bot.domain.requests import PrivacyRequest
from bot.domain.staff import StaffMember
from bot.services.console.record import Record
from bot.services.ports import Clock, Randomness, Transactions, UnitOfWork

PAGE = 50
EXPORTED = 10_000
MAX_NOTE = 2000
_COLUMNS = ("reference", "type", "state", "e-mail", "received", "due", "days left")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class RequestView:
    """One request with what staff noted about it."""

    request: PrivacyRequest
    account: Account | None
    notes: Sequence[Note]


@dataclass(frozen=True)
class RequestQueue:
    """What is due first comes first, so what is overdue is on top."""

    transactions: Transactions
    clock: Clock
    random: Randomness
    record: Record

    def page(self, staff: StaffMember, wanted: QueueFilter, after: Position | None) -> Sequence[QueueRow]:
        """A page of requests."""
        with self.transactions() as uow:
            rows = uow.queue.page(wanted, after, PAGE)
            self.record.write(uow, AuditTag.LIST_VIEWED, staff, list="requests")
            uow.commit()
        return rows

    def open(self, staff: StaffMember, reference: str) -> RequestView:
        """One request. Raises NotFound."""
        with self.transactions() as uow:
            request = _named(uow, reference)
            account = uow.accounts.by_id(request.account_id) if request.account_id else None
            notes = uow.queue.notes(request.id)
            self.record.write(uow, AuditTag.PERSON_VIEWED, staff, person=request.account_id, reference=reference)
            uow.commit()
        return RequestView(request, account, notes)

    def note(self, staff: StaffMember, reference: str, text: str) -> None:
        """Writes something down for colleagues; the person never sees it.

        Raises:
            NotFound: there is no such request.
            InvalidInput: empty or too long.
        """
        text = text.strip()
        if not 0 < len(text) <= MAX_NOTE:
            raise InvalidInput(f"A note has 1 to {MAX_NOTE:,} characters.")
        with self.transactions() as uow:
            request = _named(uow, reference)
            uow.queue.add_note(Note(self.random.id(), request.id, staff.id, staff.first_name, self.clock.now(), text))
            self.record.write(uow, AuditTag.NOTE_ADDED, staff, person=request.account_id, reference=reference)
            uow.commit()

    def as_csv(self, staff: StaffMember, wanted: QueueFilter) -> str:
        """The filtered queue as CSV; a cell that a spreadsheet would run starts with an apostrophe."""
        now = self.clock.now()
        with self.transactions() as uow:
            rows = uow.queue.page(wanted, None, EXPORTED)
            self.record.write(uow, AuditTag.LIST_EXPORTED, staff, list="requests", rows=str(len(rows)))
            uow.commit()
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow(_COLUMNS)
        for row in rows:
            request = row.request
            dates = (request.received_at.date().isoformat(), request.due_at.date().isoformat())
            facts = (request.reference, request.type.value, request.state.value, row.email or "", *dates)
            writer.writerow([*map(_harmless, facts), row.days_left(now)])
        return out.getvalue()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _named(uow: UnitOfWork, reference: str) -> PrivacyRequest:
    request = uow.requests.by_reference(reference)
    if request is None:
        raise NotFound("There is no such request.")
    return request
