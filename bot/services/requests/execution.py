"""Carries out a privacy request, once, however often it is tried."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Sequence

from bot.domain.erasure import Person
from bot.domain.requests import PrivacyRequest, RequestState, RequestType
from bot.services.ports import Clock, Transactions, UnitOfWork
from bot.services.requests.copying import Copying
from bot.services.requests.erasing import Erasing
from bot.services.requests.notices import Notices
from bot.services.requests.register import Register

_ERASURES = (RequestType.DELETION, RequestType.CHILD_DELETION)
_AT_WORK = (RequestState.EXECUTING, RequestState.FAILED)


@dataclass(frozen=True)
class Executor:
    """What the worker calls when a request is due.

    It can be called any number of times, by several workers at once, and be cut off anywhere: every store has one
    receipt and the person gets one closing mail.
    """

    transactions: Transactions
    clock: Clock
    register: Register
    notices: Notices
    erasing: Erasing
    copying: Copying

    async def run(self, request_id: str) -> None:
        """Carries a request out, or goes on where it stopped; does nothing with one that is not due.

        Raises:
            Unfinished: some stores failed; call again later.
            StorageBusy: the same.
        """
        request: PrivacyRequest | None = await asyncio.to_thread(self._begin, request_id)
        if request is None:
            return
        if request.type is RequestType.EXPORT:
            await self.copying.run(request)
            return
        if request.state is RequestState.EXECUTING:
            await self.erasing.run(request)
        await asyncio.to_thread(self.transactions.scrub)

    async def run_again(self, conversations: Sequence[str]) -> None:
        """Looks once more for what a turn wrote that was under way. Raises OSError: try again later."""
        await self.erasing.run_again(conversations)

    def give_up(self, request_id: str) -> None:
        """Tells the support team that trying did not help; the request stays failed."""
        with self.transactions() as uow:
            request = uow.requests.hold(request_id)
            if request is None or request.state not in _AT_WORK:
                return
            if request.state is RequestState.EXECUTING:
                request = self.register.step(uow, request, RequestState.FAILED, actor="system")
            stores = ", ".join(self.erasing.waiting(uow, request)) if request.type in _ERASURES else ""
            self.notices.tell_support(uow, request, "request_failed", stores=stores)
            uow.commit()

    def _begin(self, request_id: str) -> PrivacyRequest | None:
        """The request, beyond recall from now on; None when there is nothing to do."""
        with self.transactions() as uow:
            request = uow.requests.hold(request_id)
            if request is None or request.state is RequestState.EXECUTING:
                return request
            if request.state is RequestState.COMPLETED and request.type in _ERASURES:
                return request
            if request.state is RequestState.FAILED:
                request = self.register.step(uow, request, RequestState.EXECUTING, actor="system")
            elif self._due(request):
                request = self._start(uow, request)
            else:
                return None
            uow.commit()
        return request

    def _due(self, request: PrivacyRequest) -> bool:
        when = request.scheduled_for
        return request.state is RequestState.SCHEDULED and when is not None and when <= self.clock.now()

    def _start(self, uow: UnitOfWork, request: PrivacyRequest) -> PrivacyRequest:
        """Of this and a revocation one wins. Who is meant is written down before the first of it goes."""
        person = self._person(uow, request)
        details = {**request.details, "person": person.as_json()}
        started = self.register.step(uow, request, RequestState.EXECUTING, actor="system", details=details)
        if request.type in _ERASURES:
            self._end_others(uow, started, person)
        return started

    def _person(self, uow: UnitOfWork, request: PrivacyRequest) -> Person:
        if request.type is RequestType.CHILD_DELETION:
            child = request.details.get("account")
            return self.erasing.widen(uow, uow.people.find(child, None)) if child else Person()
        return self.erasing.widen(uow, uow.people.find(request.account_id, request.mailbox))

    def _end_others(self, uow: UnitOfWork, request: PrivacyRequest, person: Person) -> None:
        """What else the person asked for has no object any more; only a report about a child goes on without them."""
        for other in uow.requests.concerning(person):
            reported = other.type is RequestType.CHILD_DELETION and other.verified_at is not None
            if other.id != request.id and other.open and other.state not in _AT_WORK and not reported:
                self.register.step(uow, other, RequestState.CANCELED, actor="system", details={})
