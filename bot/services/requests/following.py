"""Following a request, and taking it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo
from typing import Any, Mapping

from bot.domain.identity import Assurance
from bot.domain.requests import PrivacyRequest, RequestState, RequestType
from bot.services.flows import Handler, Wish
from bot.services.ports import UnitOfWork
from bot.services.requests.asking import facts_of
from bot.services.requests.notices import Notices
from bot.services.requests.register import Register

_AT_ONCE = (RequestType.OPT_OUT, RequestType.CORRECTION)


@dataclass(frozen=True)
class RequestStatus(Handler):
    """Details: `reference`, or none for all that were not carried out on the spot. Facts: `requests`."""

    zone: tzinfo

    needs_account = False
    only_shows = True

    def rung(self, details: Mapping[str, Any]) -> Assurance:
        return Assurance.MAILBOX

    def perform(self, wish: Wish) -> Mapping[str, Any]:
        return {"requests": [facts_of(request, self.zone) for request in _named(wish)]}


@dataclass(frozen=True)
class RevokeRequest(Handler):
    """Details: `reference`, or none for the newest one that can be taken back.

    Facts: `request`, or None when there is none to take back; `late`, one that is being carried out already, or None.
    """

    register: Register
    notices: Notices

    needs_account = False

    def rung(self, details: Mapping[str, Any]) -> Assurance:
        return Assurance.MAILBOX

    def perform(self, wish: Wish) -> Mapping[str, Any]:
        named = _named(wish)
        for request in named:
            if request.revocable:
                revoked = revoke(wish.uow, request, self.register, self.notices)
                return {"request": facts_of(revoked, self.notices.zone), "late": None}
        late = next((request for request in named if request.state is RequestState.EXECUTING), None)
        return {"request": None, "late": facts_of(late, self.notices.zone) if late else None}


def revoke(uow: UnitOfWork, request: PrivacyRequest, register: Register, notices: Notices) -> PrivacyRequest:
    """Takes a request back and confirms it by mail. Raises IllegalTransition when it is too late."""
    revoked = register.step(uow, request, RequestState.REVOKED, details={})
    notices.tell(uow, revoked, "request_revoked")
    return revoked


def _named(wish: Wish) -> list[PrivacyRequest]:
    own = wish.uow.requests.of_person(wish.conversation.account_id, wish.conversation.mailbox)
    reference = wish.details.get("reference")
    if reference:
        return [request for request in own if request.reference == reference]
    return [request for request in own if request.type not in _AT_ONCE and request.state is not RequestState.DUPLICATE]
