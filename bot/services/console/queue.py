"""The queue of privacy requests."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Mapping, Sequence

from bot.domain.accounts import Account
from bot.domain.audit import AuditTag
from bot.domain.console import Note, Position, QueueFilter, QueueRow
from bot.domain.erasure import Receipt
from bot.domain.errors import InvalidInput, NotFound
from bot.domain.requests import Approval, PrivacyRequest, RequestType
from bot.domain.staff import StaffMember
from bot.services.console.record import Record
from bot.services.ports import Clock, Randomness, Transactions, UnitOfWork
from bot.services.requests.planning import Planner
from bot.services.requests.preview import Preview

PAGE = 50
EXPORTED = 10_000
MAX_NOTE = 2000
_COLUMNS = ("reference", "type", "state", "e-mail", "received", "due", "days left")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class RequestView:
    """One request with everything a decision needs.

    Attributes:
        account: of the person who asks.
        child: whose account it is about, where a parent asks.
        needed: approvals before it is carried out.
        preview: what would go and what stays, where something is to be deleted (see Preview.facts).
        steps: (moment, what happened), oldest first.
    """

    request: PrivacyRequest
    account: Account | None
    child: Account | None
    notes: Sequence[Note]
    approvals: Sequence[Approval]
    needed: int
    preview: Mapping[str, Any] | None
    steps: Sequence[tuple[datetime, str]]


@dataclass(frozen=True)
class RequestQueue:
    """What is due first comes first, so what is overdue is on top."""

    transactions: Transactions
    clock: Clock
    random: Randomness
    record: Record
    planner: Planner
    preview: Preview

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
            view = self._view(uow, request)
            self.record.write(uow, AuditTag.PERSON_VIEWED, staff, person=request.account_id, reference=reference)
            uow.commit()
        return view

    def _view(self, uow: UnitOfWork, request: PrivacyRequest) -> RequestView:
        account = uow.accounts.by_id(request.account_id) if request.account_id else None
        named = str(request.details.get("child") or "")
        child = uow.accounts.by_email(named) if named else None
        approvals = uow.approvals.of(request.id)
        return RequestView(
            request=request,
            account=account,
            child=child,
            notes=uow.queue.notes(request.id),
            approvals=approvals,
            needed=self.planner.approvals_needed(request.type),
            preview=self._preview(uow, request, child),
            steps=_steps(request, approvals, uow.receipts.of(request.id)),
        )

    def _preview(self, uow: UnitOfWork, request: PrivacyRequest, child: Account | None) -> Mapping[str, Any] | None:
        if not request.open or request.verified_at is None:
            return None
        if request.type is RequestType.DELETION:
            return self.preview.facts(uow, uow.people.find(request.account_id, request.mailbox))
        if request.type is RequestType.CHILD_DELETION and child is not None:
            return self.preview.facts(uow, uow.people.find(child.id, child.email))
        return None

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


def _steps(
    request: PrivacyRequest, approvals: Sequence[Approval], receipts: Sequence[Receipt]
) -> list[tuple[datetime, str]]:
    known = (
        (request.received_at, "Received"),
        (request.verified_at, "The person proved who they are"),
        (request.acknowledged_at, "Confirmed by the person and acknowledged"),
        (request.extended_at, "Deadline extended"),
        (request.held_at, f"On hold: {request.reason.replace('_', ' ')}"),
        (request.closed_at, request.state.value.capitalize()),
    )
    steps = [(at, what) for at, what in known if at is not None]
    steps += [(approval.at, f"Approved by {approval.name}") for approval in approvals]
    steps += [(receipt.at, f"Erased: {receipt.store}") for receipt in receipts]
    return sorted(steps, key=lambda step: step[0])


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _named(uow: UnitOfWork, reference: str) -> PrivacyRequest:
    request = uow.requests.by_reference(reference)
    if request is None:
        raise NotFound("There is no such request.")
    return request
