"""Erases a person from every store, each with its receipt."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Sequence

from bot.domain.audit import AuditTag
from bot.domain.erasure import Person, Receipt
from bot.domain.errors import Unfinished
from bot.domain.messages import OutboxKind
from bot.domain.requests import PrivacyRequest, RequestState, RequestType
from bot.services.ports import Clock, Hasher, Transactions, UnitOfWork
from bot.services.requests.notices import Notices
from bot.services.requests.ports import RemoteStore, TableStore
from bot.services.requests.register import Register

logger = logging.getLogger(__name__)

SECOND_LOOK = timedelta(minutes=2)
"""Longer than a turn of the bot can take."""
_AT_WORK = (RequestState.EXECUTING, RequestState.FAILED)
_GONE_WITH_THE_PERSON: dict[str, Any] = {
    "account_id": None,
    "mailbox": None,
    "conversation_id": None,
    "explanation": "",
}


@dataclass(frozen=True)
class Erasing:
    """Remote stores first, then our own tables; what failed is tried again and what is done is not.

    Attributes:
        tables: in the order they must be erased, the account last.
        memories: those of `remotes` that a turn under way can still write to.
    """

    transactions: Transactions
    clock: Clock
    hasher: Hasher
    register: Register
    notices: Notices
    tables: Sequence[TableStore]
    remotes: Sequence[RemoteStore]
    memories: Sequence[RemoteStore]

    async def run(self, request: PrivacyRequest) -> None:
        """Goes through the stores that have no receipt yet, and closes the request when all have one.

        Raises:
            Unfinished: some failed.
        """
        for remote in self.remotes:
            await self._try(self._erase_remote(request, remote), request, remote.name)
        for table in self.tables:
            await self._try(asyncio.to_thread(self._erase_table, request.id, table), request, table.name)
        left = await asyncio.to_thread(self._settle, request.id)
        if left:
            raise Unfinished(f"{request.reference}: {', '.join(left)}")

    async def run_again(self, conversations: Sequence[str]) -> None:
        """Once more those that a turn may have written to meanwhile. Raises OSError: try again later."""
        left = Person(conversations=tuple(conversations))
        for memory in self.memories:
            await memory.erase(left, "again")

    def waiting(self, uow: UnitOfWork, request: PrivacyRequest) -> list[str]:
        """The names of the stores without a receipt."""
        done = {receipt.store for receipt in uow.receipts.of(request.id)}
        return [store.name for store in self._stores() if store.name not in done]

    def _stores(self) -> list[TableStore | RemoteStore]:
        return [*self.remotes, *self.tables]

    async def _try(self, work: Any, request: PrivacyRequest, store: str) -> None:
        try:
            await work
        except Exception as error:
            # The traceback may hold personal data; the kind of error is enough to find the store.
            logger.warning("%s: %s failed: %s", request.reference, store, type(error).__name__)

    async def _erase_remote(self, request: PrivacyRequest, store: RemoteStore) -> None:
        person: Person | None = await asyncio.to_thread(self._open, request.id, store.name)
        if person is not None:
            erased = await store.erase(person, f"erase:{request.id}:{store.name}")
            await asyncio.to_thread(self._receive, request.id, store.name, erased)

    def _open(self, request_id: str, store: str) -> Person | None:
        """Whom the store has still to erase."""
        with self.transactions() as uow:
            request = uow.requests.hold(request_id)
            if request is None or request.state not in _AT_WORK or store not in self.waiting(uow, request):
                return None
            return self._person(uow, request)

    def _receive(self, request_id: str, store: str, erased: int | None) -> None:
        with self.transactions() as uow:
            request = uow.requests.hold(request_id)
            if request is not None and store in self.waiting(uow, request):
                self._record(uow, request, store, erased)
                uow.commit()

    def _erase_table(self, request_id: str, store: TableStore) -> None:
        with self.transactions() as uow:
            request = uow.requests.hold(request_id)
            if request is None or request.state not in _AT_WORK or store.name not in self.waiting(uow, request):
                return
            self._record(uow, request, store.name, store.erase(uow, self._person(uow, request)))
            uow.commit()

    def _record(self, uow: UnitOfWork, request: PrivacyRequest, store: str, erased: int | None) -> None:
        uow.receipts.add(Receipt(request.id, store, self.clock.now(), erased))
        count = "" if erased is None else str(erased)
        self.register.record(uow, request, AuditTag.STORE_ERASED, actor="system", store=store, erased=count)

    def _person(self, uow: UnitOfWork, request: PrivacyRequest) -> Person:
        """As written down, with what came since."""
        return self.widen(uow, uow.people.refresh(Person.of_json(request.details["person"])))

    def widen(self, uow: UnitOfWork, person: Person) -> Person:
        """The person with the conversations they signed out of, which only the audit log knows to be theirs."""
        names = [name for name in (person.account_id, *person.mailboxes) if name]
        visited = uow.people.visited([self.hasher.subject(name) for name in names])
        return replace(person, conversations=tuple(sorted({*person.conversations, *visited})))

    def _settle(self, request_id: str) -> list[str]:
        """Completed with the closing mail, or failed for now; the stores that are left."""
        with self.transactions() as uow:
            request = uow.requests.hold(request_id)
            if request is None or request.state not in _AT_WORK:
                return []
            left = self.waiting(uow, request)
            if not left:
                self._complete(uow, request)
            elif request.state is RequestState.EXECUTING:
                self.register.step(uow, request, RequestState.FAILED, actor="system")
            uow.commit()
        return left

    def _complete(self, uow: UnitOfWork, request: PrivacyRequest) -> None:
        person, mailbox = self._person(uow, request), request.mailbox
        self._sweep(uow, request, person)
        held = uow.requests.hold(request.id)
        assert held is not None
        request = held
        if request.state is RequestState.FAILED:
            request = self.register.step(uow, request, RequestState.EXECUTING, actor="system")
        uow.requests.clear_notes(request.id)
        own = request.type is RequestType.DELETION
        gone = _GONE_WITH_THE_PERSON if own else {}
        self.register.step(uow, request, RequestState.COMPLETED, actor="system", details={}, **gone)
        if mailbox:
            self.notices.close(uow, request, mailbox, self._titles(uow, request), last=own)
        again = {"request": request.id, "again": list(person.conversations)}
        uow.outbox.put(f"again:{request.id}", OutboxKind.EXECUTE, again, self.clock.now() + SECOND_LOOK)

    def _sweep(self, uow: UnitOfWork, request: PrivacyRequest, person: Person) -> None:
        """What came into a store after its receipt; the account is a blank by now, so nothing more can come."""
        for store in self.tables:
            erased = store.erase(uow, person)
            if erased:
                facts = {"store": store.name, "erased": str(erased)}
                self.register.record(uow, request, AuditTag.STORE_ERASED, actor="system", **facts)

    def _titles(self, uow: UnitOfWork, request: PrivacyRequest) -> list[str]:
        erased = {receipt.store for receipt in uow.receipts.of(request.id) if receipt.erased != 0}
        return [store.title for store in self._stores() if store.name in erased]
