"""Filing, following and taking back a deletion request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Mapping

from bot.domain.audit import AuditTag
from bot.domain.identity import Assurance
from bot.domain.messages import OutboxKind
from bot.domain.requests import ANSWER_WITHIN, FILED, PrivacyRequest, RequestState, RequestType
from bot.services.flows import Wish
from bot.services.journal import Journal
from bot.services.ports import Clock, Randomness

_TO_FILED = (
    RequestState.AWAITING_VERIFICATION,
    RequestState.AWAITING_CONFIRMATION,
    RequestState.ACKNOWLEDGED,
)


@dataclass(frozen=True)
class RequestDeletion:
    """Details: none. Facts: `request` (see `facts_of`), `already` when one was filed before, `email`, `phone`."""

    clock: Clock
    random: Randomness
    journal: Journal
    support_email: str
    support_phone: str

    def rung(self, details: Mapping[str, Any]) -> Assurance:
        return Assurance.FRESH_CODE

    def question(self, wish: Wish) -> Mapping[str, Any] | None:
        return None if _filed(wish) else {}

    def perform(self, wish: Wish) -> Mapping[str, Any]:
        filed = _filed(wish)
        contact = {"email": self.support_email, "phone": self.support_phone}
        if filed:
            return {"request": facts_of(filed), "already": True, **contact}
        request = self._file(wish)
        values = {
            "reference": request.reference,
            "received": f"{request.received_at:%d %B %Y}",
            "due": f"{request.due_at:%d %B %Y}",
        }
        self._mail(wish, request, wish.account.email, "deletion_filed", values)
        staff = {**values, "account": wish.account.email}
        self._mail(wish, request, self.support_email, "deletion_for_support", staff)
        return {"request": facts_of(request), "already": False, **contact}

    def _file(self, wish: Wish) -> PrivacyRequest:
        now, received = self.clock.now(), wish.proposal.created_at
        request = PrivacyRequest(
            id=wish.proposal.id,
            reference=self.random.reference(),
            type=RequestType.DELETION,
            state=RequestState.RECEIVED,
            account_id=wish.account.id,
            conversation_id=wish.conversation.id,
            received_at=received,
            due_at=received + ANSWER_WITHIN,
            updated_at=received,
        )
        wish.uow.requests.add(request)
        self.journal.write(wish.uow, AuditTag.REQUEST_OPENED, wish.conversation, reference=request.reference)
        for state in _TO_FILED:
            request = _step(wish, self.journal, request, state, now)
        return request

    def _mail(self, wish: Wish, request: PrivacyRequest, to: str, template: str, values: Mapping[str, str]) -> None:
        payload = {"to": to, "template": template, "values": dict(values)}
        wish.uow.outbox.put(f"{template}:{request.id}", OutboxKind.MAIL, payload, self.clock.now())


@dataclass(frozen=True)
class RequestStatus:
    """Details: `reference`, or none for all of them. Facts: `requests`."""

    def rung(self, details: Mapping[str, Any]) -> Assurance:
        return Assurance.MAILBOX

    def question(self, wish: Wish) -> None:
        return None

    def perform(self, wish: Wish) -> Mapping[str, Any]:
        return {"requests": [facts_of(request) for request in _named(wish)]}


@dataclass(frozen=True)
class RevokeRequest:
    """Details: `reference`, or none for the newest one. Facts: `request`, or None when there is none to revoke."""

    clock: Clock
    journal: Journal

    def rung(self, details: Mapping[str, Any]) -> Assurance:
        return Assurance.MAILBOX

    def question(self, wish: Wish) -> None:
        return None

    def perform(self, wish: Wish) -> Mapping[str, Any]:
        for request in _named(wish):
            if request.revocable:
                revoked = _step(wish, self.journal, request, RequestState.REVOKED, self.clock.now())
                values = {"reference": revoked.reference}
                payload = {"to": wish.account.email, "template": "request_revoked", "values": values}
                wish.uow.outbox.put(f"revoked:{revoked.id}", OutboxKind.MAIL, payload, self.clock.now())
                return {"request": facts_of(revoked)}
        return {"request": None}


def facts_of(request: PrivacyRequest) -> dict[str, Any]:
    """What a person may see of their request, as the request card has it."""
    return {
        "reference": request.reference,
        "kind": request.type.value,
        "state": request.state.value,
        "received": f"{request.received_at:%d %B %Y}",
        "due": f"{request.due_at:%d %B %Y}",
        "revocable": request.revocable,
    }


def _filed(wish: Wish) -> PrivacyRequest | None:
    return next((r for r in wish.uow.requests.of_account(wish.account.id) if r.state in FILED), None)


def _named(wish: Wish) -> list[PrivacyRequest]:
    own = wish.uow.requests.of_account(wish.account.id)
    reference = wish.details.get("reference")
    return [request for request in own if reference in (None, request.reference)]


def _step(wish: Wish, journal: Journal, request: PrivacyRequest, state: RequestState, now: Any) -> PrivacyRequest:
    moved = request.advance(state, now)
    wish.uow.requests.save(moved, expected=request)
    journal.write(
        wish.uow, AuditTag.REQUEST_ADVANCED, wish.conversation, reference=request.reference, state=state.value
    )
    return moved
