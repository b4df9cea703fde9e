"""What staff decide about a request. Nobody can stand in for the person's own proof."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Iterator, Mapping

from bot.domain.audit import AuditTag
from bot.domain.errors import ChangedMeanwhile, IllegalTransition, InvalidInput, NotFound
from bot.domain.requests import (
    UNPROVED,
    Approval,
    DenialReason,
    HoldReason,
    PrivacyRequest,
    RequestState,
    RequestType,
)
from bot.domain.staff import StaffMember
from bot.services.ports import Clock, Transactions, UnitOfWork
from bot.services.requests.notices import Notices, words_of
from bot.services.requests.planning import Planner
from bot.services.requests.register import Register

MAX_EXPLANATION = 1000
DENIED_BECAUSE: Mapping[DenialReason, str] = {
    DenialReason.SUSPECTED_FRAUD: "we have reason to believe that the request was not made by the person concerned",
    DenialReason.INSUFFICIENT_VERIFICATION: "we could not make sure that you are the person concerned",
    DenialReason.NO_MATCH: "we hold no data that matches what you told us",
    DenialReason.CLAIM_NOT_COVERED: "the law does not give the right you asked for in this case",
    DenialReason.OUTSIDE_JURISDICTION: "the law you rely on does not apply where you live",
    DenialReason.TOO_MANY_REQUESTS: "you made the same request several times within a short time",
    DenialReason.OTHER: "of the reason below",
}


@dataclass(frozen=True)
class Decided:
    """What a decision comes to.

    Attributes:
        letter: the notice to the person, as the outbox has it, or None when nobody is told.
    """

    request: PrivacyRequest
    letter: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Decisions:
    """Every method names who decides, and raises the same errors.

    Attributes:
        kept: False for a rehearsal, which shows what would come of it and leaves no trace.

    Raises:
        NotFound: there is no such request.
        InvalidInput: it cannot be done; the message says why.
        ChangedMeanwhile: a colleague moved the request at the same moment; nothing was done.
    """

    transactions: Transactions
    clock: Clock
    register: Register
    planner: Planner
    notices: Notices
    kept: bool = True

    def rehearsal(self) -> Decisions:
        """The same decisions, to look at their letters first."""
        return replace(self, kept=False)

    def approve(self, staff: StaffMember, reference: str) -> Decided:
        """Agrees to carry it out; with the last approval that is needed it is scheduled."""
        with self._deciding(reference) as (uow, request):
            if request.state is not RequestState.IN_REVIEW:
                raise InvalidInput(_why_not(request))
            if staff.email == request.mailbox:
                raise InvalidInput("This is your own request; somebody else has to approve it.")
            request = self._with_target(uow, request)
            if not uow.approvals.add(request.id, Approval(staff.id, staff.first_name, self.clock.now())):
                raise InvalidInput("You approved this already; a second pair of eyes is needed.")
            request = self.register.change(uow, request, AuditTag.REQUEST_APPROVED, actor=staff.id)
            letter = None
            if len(uow.approvals.of(request.id)) >= self.planner.approvals_needed(request.type):
                request = self.planner.schedule(uow, request, actor=staff.id)
                letter = self.notices.tell(
                    uow, request, "request_approved", scheduled=words_of(request.scheduled_for, self.notices.zone)
                )
        return Decided(request, letter)

    def deny(self, staff: StaffMember, reference: str, reason: DenialReason, explanation: str = "") -> Decided:
        """Turns it down, with a notice that gives the reason and says how to complain."""
        explanation = _clean(explanation, needed=reason is DenialReason.OTHER)
        with self._deciding(reference) as (uow, request):
            changes: dict[str, Any] = {"reason": reason.value, "explanation": explanation, "details": {}}
            request = self.register.step(uow, request, RequestState.DENIED, actor=staff.id, **changes)
            letter = self.notices.tell(uow, request, "request_denied", because=DENIED_BECAUSE[reason])
        return Decided(request, letter)

    def extend(self, staff: StaffMember, reference: str, explanation: str) -> Decided:
        """Takes the longer deadline, once and before the first one is over, and tells the person why."""
        explanation = _clean(explanation, needed=True)
        with self._deciding(reference) as (uow, request):
            now = self.clock.now()
            if not request.open or request.state in UNPROVED:
                raise InvalidInput(_why_not(request))
            if request.extended_at is not None:
                raise InvalidInput("It was extended before, and that is possible once.")
            if not self.register.calendar.extension_allowed(request.regime):
                raise InvalidInput("The law gives no longer deadline for this kind of request.")
            if now > request.due_at:
                raise InvalidInput("The deadline is over, and cannot be extended any more.")
            longer = self.register.calendar.extended(request.regime, request.received_at)
            changes = {"due_at": longer, "extended_at": now, "explanation": explanation}
            request = self.register.change(
                uow, request, AuditTag.REQUEST_EXTENDED, actor=staff.id, changes=changes, due=f"{longer:%Y-%m-%d}"
            )
            letter = self.notices.tell(uow, request, "request_extended")
        return Decided(request, letter)

    def hold(self, staff: StaffMember, reference: str, reason: HoldReason, explanation: str) -> Decided:
        """Lets it wait, and tells the person what for."""
        explanation = _clean(explanation, needed=True)
        with self._deciding(reference) as (uow, request):
            now = self.clock.now()
            changes = {"reason": reason.value, "explanation": explanation, "held_at": now, "scheduled_for": None}
            request = self.register.step(uow, request, RequestState.ON_HOLD, actor=staff.id, **changes)
            letter = self.notices.tell(uow, request, "request_on_hold")
        return Decided(request, letter)

    def resume(self, staff: StaffMember, reference: str) -> Decided:
        """Ends the wait. A clock that the doubt about an identity had stopped goes on (GDPR Art. 12(6))."""
        with self._deciding(reference) as (uow, request):
            if request.state is not RequestState.ON_HOLD or request.held_at is None:
                raise InvalidInput("It is not on hold.")
            due = request.due_at
            if request.reason == HoldReason.IDENTITY.value:
                due = self.register.calendar.paused(request.regime, due, request.held_at, self.clock.now())
            changes: dict[str, Any] = {"due_at": due, "reason": "", "explanation": "", "held_at": None}
            uow.approvals.clear(request.id)
            request = self.register.step(uow, request, RequestState.IN_REVIEW, actor=staff.id, **changes)
            if not self.planner.approvals_needed(request.type):
                request = self.planner.schedule(uow, request, actor=staff.id)
        return Decided(request)

    def cancel(self, staff: StaffMember, reference: str, explanation: str) -> Decided:
        """Ends it without carrying it out, and tells the person why."""
        explanation = _clean(explanation, needed=True)
        with self._deciding(reference) as (uow, request):
            changes = {"explanation": explanation, "details": {}}
            request = self.register.step(uow, request, RequestState.CANCELED, actor=staff.id, **changes)
            letter = self.notices.tell(uow, request, "request_canceled")
        return Decided(request, letter)

    @contextmanager
    def _deciding(self, reference: str) -> Iterator[tuple[UnitOfWork, PrivacyRequest]]:
        with self.transactions() as uow:
            request = uow.requests.by_reference(reference)
            if request is None:
                raise NotFound("There is no such request.")
            try:
                yield uow, request
                if self.kept:
                    uow.commit()
            except ChangedMeanwhile:
                raise
            except IllegalTransition:
                raise InvalidInput(_why_not(request)) from None

    def _with_target(self, uow: UnitOfWork, request: PrivacyRequest) -> PrivacyRequest:
        if request.type is not RequestType.CHILD_DELETION:
            return request
        child = uow.accounts.by_email(str(request.details.get("child") or ""))
        if child is None:
            raise InvalidInput("No account uses the address the parent gave. Ask for the right one, or deny it.")
        details = {**request.details, "account": child.id}
        return self.register.change(uow, request, AuditTag.REQUEST_DETAILED, changes={"details": details})


def _clean(explanation: str, *, needed: bool) -> str:
    words = " ".join(explanation.split())
    if needed and not words:
        raise InvalidInput("The person is told why, so please write a sentence for them.")
    if len(words) > MAX_EXPLANATION:
        raise InvalidInput(f"The explanation has {len(words):,} characters; {MAX_EXPLANATION:,} are possible.")
    return words


def _why_not(request: PrivacyRequest) -> str:
    if request.state in UNPROVED:
        return "Nobody has proved this request yet, and nobody can do that for the person."
    return f"That is not possible while the request is {request.state.value.replace('_', ' ')}."
