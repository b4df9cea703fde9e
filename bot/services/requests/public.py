"""A request as its page shows it, and the two things its owner can do there: take it back, and say yes.

Whoever has the link got it at the proved mailbox. The link that Meta gets shows less and does nothing.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Iterator

from bot.domain.errors import IllegalTransition, NotFound, TokenInvalid
from bot.domain.requests import FACEBOOK, FILED, DenialReason, PrivacyRequest, RequestState, RequestType
from bot.services.ports import Clock, Signer, Transactions, UnitOfWork
from bot.services.requests.decisions import DENIED_BECAUSE
from bot.services.requests.following import revoke
from bot.services.requests.notices import KINDS, Notices, words_of
from bot.services.requests.planning import Planner
from bot.services.requests.register import Register

_S = RequestState
STANDS = {
    _S.RECEIVED: "It waits until you show who you are.",
    _S.AWAITING_VERIFICATION: "It waits until you show who you are.",
    _S.AWAITING_CONFIRMATION: "It waits for your yes.",
    _S.ACKNOWLEDGED: "It is in our hands.",
    _S.IN_REVIEW: "A colleague is looking at it.",
    _S.ON_HOLD: "It is paused for the moment.",
    _S.SCHEDULED: "It is on the calendar.",
    _S.EXECUTING: "It is being carried out right now.",
    _S.FAILED: "It is being carried out. One step is taking longer than it should, and we are on it.",
    _S.COMPLETED: "It is done.",
    _S.DENIED: "We could not do what you asked.",
    _S.REVOKED: "You took it back. Nothing more will happen.",
    _S.CANCELED: "We closed it without carrying it out.",
    _S.EXPIRED: "It was not confirmed in time, so we closed it without carrying it out.",
    _S.DUPLICATE: "You had asked for the same before. That request goes on, and this one is closed.",
}
_LATE = frozenset({_S.EXECUTING, _S.FAILED})


@dataclass(frozen=True)
class StatusPage:
    """What a person sees; nothing in it says who they are.

    Attributes:
        kind: what was asked, in words.
        stands: how it stands, in words.
        timeline: (what happened, day in words, ISO day), oldest first.
        due, scheduled: days in words; empty when there is none to wait for.
        because: why it was denied, or empty.
        explanation: what staff wrote for the person, or empty.
        confirmable: a yes is what it waits for.
        late: too late to take it back, because it is being carried out.
    """

    reference: str
    kind: str
    stands: str
    timeline: tuple[tuple[str, str, str], ...]
    due: str
    scheduled: str
    because: str = ""
    explanation: str = ""
    confirmable: bool = False
    revocable: bool = False
    late: bool = False


@dataclass(frozen=True)
class PublicRequests:
    """Reads and acts on a link from a mail.

    Raises:
        TokenExpired, TokenInvalid: the link is too old, or not ours.
        NotFound: the request is not kept any more.
    """

    transactions: Transactions
    clock: Clock
    register: Register
    planner: Planner
    notices: Notices
    links: Signer

    def show(self, token: str) -> StatusPage:
        """The page of a link; changes nothing."""
        with self._opened(token) as (_, request):
            return self._page(request)

    def revoke(self, token: str) -> None:
        """Takes the request back. A second time does nothing. Raises IllegalTransition when it is too late."""
        with self._opened(token) as (uow, request):
            if request.state is not RequestState.REVOKED:
                revoke(uow, request, self.register, self.notices)
                uow.commit()

    def confirm(self, token: str) -> None:
        """Says yes to what Meta passed on. Raises IllegalTransition when it waits for no yes of this kind."""
        with self._opened(token) as (uow, request):
            if not _confirmable(request):
                raise IllegalTransition(f"{request.state.value} is not waiting for a yes")
            own = uow.requests.of_account(str(request.account_id))
            if any(known.type is request.type and known.state in FILED for known in own):
                self.register.step(uow, request, RequestState.DUPLICATE, details={})
            else:
                self._file(uow, request)
            uow.commit()

    def told_to_meta(self, reference: str) -> StatusPage | None:
        """What the link that Meta got shows: a request that came from Meta, or None for nothing held."""
        with self.transactions() as uow:
            request = uow.requests.by_reference(reference)
        if request is None or request.channel != FACEBOOK:
            return None
        page = self._page(request)
        return StatusPage(page.reference, page.kind, page.stands, page.timeline, page.due, page.scheduled, page.because)

    def _file(self, uow: UnitOfWork, request: PrivacyRequest) -> None:
        now = self.clock.now()
        filed = self.register.step(uow, request, RequestState.ACKNOWLEDGED, acknowledged_at=now)
        filed = self.planner.plan(uow, filed)
        self.notices.tell(uow, filed, "deletion_filed", scheduled=words_of(filed.scheduled_for, self.notices.zone))
        self.notices.tell_support(uow, filed, "deletion_for_support", account=str(filed.mailbox))

    @contextmanager
    def _opened(self, token: str) -> Iterator[tuple[UnitOfWork, PrivacyRequest]]:
        reference = self.links.read(token).get("reference")
        if not isinstance(reference, str):
            raise TokenInvalid("not the link of a request")
        with self.transactions() as uow:
            request = uow.requests.by_reference(reference)
            if request is None:
                raise NotFound("This request is not kept any more.")
            yield uow, request

    def _page(self, request: PrivacyRequest) -> StatusPage:
        zone = self.notices.zone
        denied = request.state is RequestState.DENIED and request.reason
        return StatusPage(
            reference=request.reference,
            kind=KINDS[request.type],
            stands=STANDS[request.state],
            timeline=tuple(
                (what, words_of(at, zone), f"{at.astimezone(zone):%Y-%m-%d}") for what, at in _milestones(request)
            ),
            due=words_of(request.due_at, zone) if request.open else "",
            scheduled=words_of(request.scheduled_for, zone) if request.state is RequestState.SCHEDULED else "",
            because=DENIED_BECAUSE[DenialReason(request.reason)] if denied else "",
            explanation=request.explanation,
            confirmable=_confirmable(request),
            revocable=request.revocable,
            late=request.state in _LATE,
        )


def _confirmable(request: PrivacyRequest) -> bool:
    # In a conversation the yes is said in the conversation, to the question that was put there.
    waiting = request.state is RequestState.AWAITING_CONFIRMATION
    return waiting and request.channel == FACEBOOK and request.type is RequestType.DELETION


def _milestones(request: PrivacyRequest) -> list[tuple[str, datetime]]:
    proved = "Facebook told us who you are" if request.channel == FACEBOOK else "You showed who you are"
    closed = {
        RequestState.COMPLETED: "We carried it out",
        RequestState.DENIED: "We turned it down",
        RequestState.REVOKED: "You took it back",
    }.get(request.state, "We closed it")
    marks = [
        ("You asked, at Facebook" if request.channel == FACEBOOK else "You asked", request.received_at),
        (proved, request.verified_at),
        ("You confirmed, and it was in our hands", request.acknowledged_at),
        ("We told you that we need more time", request.extended_at),
        ("We paused it", request.held_at),
        (closed, request.closed_at),
    ]
    return sorted(((what, at) for what, at in marks if at is not None), key=lambda mark: mark[1])
