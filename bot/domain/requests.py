"""Privacy requests: one state machine, however the request came in and whatever it asks for."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum
from typing import Any, Mapping

from bot.domain.deadlines import Regime
from bot.domain.errors import IllegalTransition


class RequestType(str, Enum):
    """What a person can ask for."""

    DELETION = "deletion"
    CHILD_DELETION = "child_deletion"
    """A parent or guardian reports the account of a child under 13 (16 CFR § 312.6)."""
    EXPORT = "export"
    CORRECTION = "correction"
    OPT_OUT = "opt_out"


class RequestState(str, Enum):
    """Where a request stands."""

    RECEIVED = "received"
    AWAITING_VERIFICATION = "awaiting_verification"
    AWAITING_CONFIRMATION = "awaiting_confirmation"
    ACKNOWLEDGED = "acknowledged"
    IN_REVIEW = "in_review"
    ON_HOLD = "on_hold"
    SCHEDULED = "scheduled"
    EXECUTING = "executing"
    FAILED = "failed"
    COMPLETED = "completed"
    DENIED = "denied"
    REVOKED = "revoked"
    CANCELED = "canceled"
    EXPIRED = "expired"
    DUPLICATE = "duplicate"


class DenialReason(str, Enum):
    """Why a request is turned down, in the words of the Data Rights Protocol (section 3.02.2)."""

    SUSPECTED_FRAUD = "suspected_fraud"
    INSUFFICIENT_VERIFICATION = "insufficient_verification"
    NO_MATCH = "no_match"
    CLAIM_NOT_COVERED = "claim_not_covered"
    OUTSIDE_JURISDICTION = "outside_jurisdiction"
    TOO_MANY_REQUESTS = "too_many_requests"
    OTHER = "other"


class HoldReason(str, Enum):
    """Why a request waits."""

    IDENTITY = "identity"
    """Reasonable doubt about who is asking (GDPR Art. 12(6)); the only one that can stop a clock."""
    RECENT_EMAIL_CHANGE = "recent_email_change"
    LEGAL = "legal"
    OTHER = "other"


FACEBOOK = "facebook"
"""The channel of a request that Meta passed on."""
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_S = RequestState
_ENDS = frozenset({_S.DENIED, _S.REVOKED, _S.CANCELED})
_NEXT: dict[RequestState, frozenset[RequestState]] = {
    _S.RECEIVED: frozenset({_S.AWAITING_VERIFICATION}),
    _S.AWAITING_VERIFICATION: _ENDS | {_S.AWAITING_CONFIRMATION, _S.EXPIRED},
    _S.AWAITING_CONFIRMATION: _ENDS | {_S.ACKNOWLEDGED, _S.EXPIRED, _S.DUPLICATE},
    _S.ACKNOWLEDGED: _ENDS | {_S.IN_REVIEW, _S.ON_HOLD, _S.SCHEDULED},
    _S.IN_REVIEW: _ENDS | {_S.SCHEDULED, _S.ON_HOLD},
    _S.ON_HOLD: _ENDS | {_S.IN_REVIEW, _S.SCHEDULED},
    _S.SCHEDULED: frozenset({_S.EXECUTING, _S.ON_HOLD, _S.REVOKED, _S.CANCELED}),
    _S.EXECUTING: frozenset({_S.COMPLETED, _S.FAILED}),
    _S.FAILED: frozenset({_S.EXECUTING}),
}

UNPROVED = frozenset({_S.RECEIVED, _S.AWAITING_VERIFICATION})
"""States in which nobody has shown who they are."""
FILED = frozenset({_S.ACKNOWLEDGED, _S.IN_REVIEW, _S.ON_HOLD, _S.SCHEDULED, _S.EXECUTING, _S.FAILED})
"""States in which the request is in our hands and has a number the person was told."""
CLOSED = frozenset(_S) - frozenset(_NEXT)
"""States that nothing leads out of."""


def reference_of(digest: str) -> str:
    """The reference that belongs to a keyed hash (hexadecimal, 50 bits or more): always the same, and unguessable."""
    number = int(digest, 16)
    letters = "".join(_ALPHABET[number >> 5 * place & 31] for place in range(10))
    return f"REQ-{letters[:5]}-{letters[5:]}"


@dataclass(frozen=True)
class Approval:
    """One member of staff says that it may be carried out."""

    staff_id: str
    name: str
    at: datetime


@dataclass(frozen=True)
class PrivacyRequest:
    """One request of one person. Every change makes a new version.

    Attributes:
        reference: `REQ-XXXXX-XXXXX`, unguessable, safe to read out on the phone.
        received_at: when the person first asked; the clock starts here, whatever verification does later.
        acknowledge_by: when its receipt must be confirmed, or None where the regime sets no such date.
        due_at: when it must be answered.
        account_id: whose account, once proved; gone when the person is erased, as are mailbox and conversation.
        mailbox: the proved address that answers go to.
        subject: the keyed hash of the person, once proved; all that is left in the end.
        verified_at: when the person showed who they are; nothing is ever carried out without it.
        scheduled_for: when it is carried out; until then it can be taken back.
        reason: a DenialReason or HoldReason, or empty.
        explanation: what staff added to the reason, for the person.
        details: what exactly is asked; JSON-serialisable. Empty once the request is closed.
    """

    id: str
    reference: str
    type: RequestType
    state: RequestState
    regime: Regime
    channel: str
    received_at: datetime
    due_at: datetime
    updated_at: datetime
    acknowledge_by: datetime | None = None
    conversation_id: str | None = None
    account_id: str | None = None
    mailbox: str | None = None
    subject: str = ""
    verified_at: datetime | None = None
    acknowledged_at: datetime | None = None
    scheduled_for: datetime | None = None
    extended_at: datetime | None = None
    held_at: datetime | None = None
    closed_at: datetime | None = None
    reason: str = ""
    explanation: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    version: int = 1

    def advance(self, state: RequestState, now: datetime, **changes: Any) -> PrivacyRequest:
        """The request in its next state, with other attributes changed on the way.

        Raises:
            IllegalTransition: no such step exists, or it would take an unproved request further.
        """
        if state not in _NEXT.get(self.state, ()):
            raise IllegalTransition(f"{self.state.value} → {state.value}")
        moved = self.change(now, state=state, **changes)
        if state in FILED and moved.verified_at is None:
            raise IllegalTransition(f"{state.value} without verification")
        return replace(moved, closed_at=now) if state in CLOSED else moved

    def change(self, now: datetime, **changes: Any) -> PrivacyRequest:
        """The next version of the request."""
        return replace(self, updated_at=now, version=self.version + 1, **changes)

    @property
    def revocable(self) -> bool:
        """Whether the person can still take it back."""
        return RequestState.REVOKED in _NEXT.get(self.state, ())

    @property
    def open(self) -> bool:
        """Whether it still needs something from us or from the person."""
        return self.state not in CLOSED
