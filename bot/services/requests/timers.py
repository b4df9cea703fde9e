"""What time brings about in privacy requests: expiry, reminders, alerts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Callable, Iterator, Sequence

from bot.domain.console import Position
from bot.domain.errors import ChangedMeanwhile
from bot.domain.requests import FACEBOOK, PrivacyRequest, RequestState
from bot.services.ports import Clock, Transactions, UnitOfWork
from bot.services.requests.notices import Notices, words_of
from bot.services.requests.register import Register

BATCH = 50
REMIND_BEFORE = timedelta(days=7)
"""Five working days and a weekend."""
ACKNOWLEDGE_BEFORE = timedelta(days=1)
_UNCONFIRMED = (RequestState.AWAITING_VERIFICATION, RequestState.AWAITING_CONFIRMATION)

Lister = Callable[[UnitOfWork, Position | None], Sequence[PrivacyRequest]]


@dataclass(frozen=True)
class Timers:
    """Each method works in batches and yields how many things a batch did. Doing it again does nothing twice.

    Attributes:
        verify_within: how long a request waits for its proof, and then for its yes.
    """

    transactions: Transactions
    clock: Clock
    register: Register
    notices: Notices
    verify_within: timedelta

    def expire(self) -> Iterator[int]:
        """Closes what nobody proved or confirmed in time, and says so where a mailbox is known."""
        before = self.clock.now() - self.verify_within
        while True:
            with self.transactions() as uow:
                stale = uow.requests.untouched(_UNCONFIRMED, before, BATCH)
            if not stale:
                return
            yield sum(self._expire(request) for request in stale)

    def _expire(self, request: PrivacyRequest) -> bool:
        try:
            with self.transactions() as uow:
                expired = self.register.step(uow, request, RequestState.EXPIRED, actor="system", details={})
                template = "facebook_deletion_expired" if expired.channel == FACEBOOK else "request_expired"
                self.notices.tell(uow, expired, template)
                uow.commit()
        except ChangedMeanwhile:
            return False
        return True

    def remind(self) -> Iterator[int]:
        """Tells the support team once per due date that a request must be answered soon."""
        now = self.clock.now()
        yield from self._each(
            lambda uow, after: uow.requests.due_between(now, now + REMIND_BEFORE, after, BATCH),
            lambda uow, request: self._alert(uow, request, "request_due_soon", request.due_at),
        )

    def alert(self) -> Iterator[int]:
        """Tells the support team once a day that a request was not answered in time."""
        now = self.clock.now()
        yield from self._each(
            lambda uow, after: uow.requests.due_between(None, now, after, BATCH),
            lambda uow, request: self._alert(uow, request, "request_overdue", now),
        )

    def hasten(self) -> Iterator[int]:
        """Tells the support team once that the receipt of a proved request must be confirmed soon."""
        now = self.clock.now()
        yield from self._each(
            lambda uow, after: uow.requests.unacknowledged(now + ACKNOWLEDGE_BEFORE, after, BATCH),
            lambda uow, request: self._alert(uow, request, "request_unacknowledged", request.received_at),
        )

    def _each(self, listed: Lister, tell: Callable[[UnitOfWork, PrivacyRequest], bool]) -> Iterator[int]:
        after: Position | None = None
        while True:
            with self.transactions() as uow:
                page = listed(uow, after)
                told = sum(tell(uow, request) for request in page)
                uow.commit()
            if not page:
                return
            after = Position(page[-1].due_at, page[-1].id)
            yield told

    def _alert(self, uow: UnitOfWork, request: PrivacyRequest, template: str, when: datetime) -> bool:
        zone = self.notices.zone
        day, by = f"{when.astimezone(zone):%Y-%m-%d}", words_of(request.acknowledge_by, zone)
        return self.notices.tell_support(uow, request, template, once=day, acknowledge=by)
