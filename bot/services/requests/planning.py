"""What happens to a request once it is in our hands: held, looked at by people, or put on the calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.messages import OutboxKind
from bot.domain.requests import HoldReason, PrivacyRequest, RequestState, RequestType
from bot.services.ports import Clock, UnitOfWork
from bot.services.requests.notices import Notices
from bot.services.requests.register import Register

_DELETIONS = (RequestType.DELETION, RequestType.CHILD_DELETION)


@dataclass(frozen=True)
class Planner:
    """The deployment's rules.

    Attributes:
        grace: how long a deletion can still be taken back.
        approvals: members of staff who must agree to a deletion; a child's needs one at least.
        email_change_block: how long a new e-mail address cannot ask for a deletion.
    """

    clock: Clock
    register: Register
    notices: Notices
    grace: timedelta
    approvals: int
    email_change_block: timedelta

    def plan(self, uow: UnitOfWork, request: PrivacyRequest) -> PrivacyRequest:
        """The next step of a request that was just acknowledged."""
        if request.type in _DELETIONS and self.address_is_new(uow, request):
            reason = HoldReason.RECENT_EMAIL_CHANGE.value
            held = {"held_at": self.clock.now(), "reason": reason}
            return self.register.step(uow, request, RequestState.ON_HOLD, actor="system", **held)
        if self.approvals_needed(request.type):
            return self.register.step(uow, request, RequestState.IN_REVIEW, actor="system")
        return self.schedule(uow, request, actor="system")

    def schedule(self, uow: UnitOfWork, request: PrivacyRequest, *, actor: str) -> PrivacyRequest:
        """Puts the execution on the calendar: deletions after the grace period, everything else at once."""
        now = self.clock.now()
        when = now
        if request.type in _DELETIONS:
            when = max(now, min(now + self.grace, request.due_at - timedelta(days=1)))
        cleared = {"reason": "", "explanation": "", "held_at": None}
        moved = self.register.step(uow, request, RequestState.SCHEDULED, actor=actor, scheduled_for=when, **cleared)
        key = f"execute:{moved.id}:{moved.version}"
        uow.outbox.put(key, OutboxKind.EXECUTE, {"request": moved.id}, when)
        return moved

    def approvals_needed(self, type: RequestType) -> int:
        """How many members of staff must agree before it is carried out."""
        if type is RequestType.CHILD_DELETION:
            return max(1, self.approvals)
        return self.approvals if type is RequestType.DELETION else 0

    def address_is_new(self, uow: UnitOfWork, request: PrivacyRequest) -> bool:
        """Whether the account's address changed so lately that a thief could be the one who asks."""
        account = uow.accounts.by_id(request.account_id) if request.account_id else None
        changed: datetime | None = account.email_changed_at if account else None
        return changed is not None and self.clock.now() - changed < self.email_change_block
