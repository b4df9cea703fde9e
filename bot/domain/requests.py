"""Privacy requests: one state machine, however the request came in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum

from bot.domain.errors import IllegalTransition

ANSWER_WITHIN = timedelta(days=30)
"""House default; what a law demands is shorter or equal for every request this version accepts."""


class RequestType(str, Enum):
    """What a person can ask for."""

    DELETION = "deletion"


class RequestState(str, Enum):
    """Where a request stands."""

    RECEIVED = "received"
    AWAITING_VERIFICATION = "awaiting_verification"
    AWAITING_CONFIRMATION = "awaiting_confirmation"
    ACKNOWLEDGED = "acknowledged"
    REVOKED = "revoked"
    EXPIRED = "expired"


_NEXT: dict[RequestState, frozenset[RequestState]] = {
    RequestState.RECEIVED: frozenset({RequestState.AWAITING_VERIFICATION}),
    RequestState.AWAITING_VERIFICATION: frozenset(
        {RequestState.AWAITING_CONFIRMATION, RequestState.REVOKED, RequestState.EXPIRED}
    ),
    RequestState.AWAITING_CONFIRMATION: frozenset(
        {RequestState.ACKNOWLEDGED, RequestState.REVOKED, RequestState.EXPIRED}
    ),
    RequestState.ACKNOWLEDGED: frozenset({RequestState.REVOKED}),
    RequestState.REVOKED: frozenset(),
    RequestState.EXPIRED: frozenset(),
}

FILED = frozenset({RequestState.ACKNOWLEDGED})
"""States in which the request is in our hands and has a number the person was told."""


@dataclass(frozen=True)
class PrivacyRequest:
    """One request of one person.

    Attributes:
        reference: `REQ-XXXXX-XXXXX`, unguessable, safe to read out on the phone.
        received_at: when the person first asked; the clock starts here, whatever verification does later.
        due_at: when it must be answered.
    """

    id: str
    reference: str
    type: RequestType
    state: RequestState
    account_id: str
    conversation_id: str
    received_at: datetime
    due_at: datetime
    updated_at: datetime

    def advance(self, state: RequestState, now: datetime) -> PrivacyRequest:
        """The request in its next state.

        Raises:
            IllegalTransition: no such step exists.
        """
        if state not in _NEXT[self.state]:
            raise IllegalTransition(f"{self.state.value} → {state.value}")
        return replace(self, state=state, updated_at=now)

    @property
    def revocable(self) -> bool:
        """Whether the person can still take it back."""
        return RequestState.REVOKED in _NEXT[self.state]
