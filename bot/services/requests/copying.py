"""Makes a person's copy of their data, and hands it out once."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Sequence

from bot.domain.audit import AuditTag
from bot.domain.erasure import Export, Found, Person
from bot.domain.errors import NotFound, Unfinished
from bot.domain.requests import PrivacyRequest, RequestState
from bot.services.ports import Clock, Randomness, Signer, Transactions, UnitOfWork
from bot.services.requests.notices import Notices, words_of
from bot.services.requests.ports import Archive, RemoteStore, TableStore
from bot.services.requests.register import Register


@dataclass(frozen=True)
class Copying:
    """Collects what every store holds.

    Attributes:
        links: signs the address of the archive, good for `lifetime`.
    """

    transactions: Transactions
    clock: Clock
    random: Randomness
    register: Register
    notices: Notices
    archive: Archive
    links: Signer
    lifetime: timedelta
    tables: Sequence[TableStore]
    remotes: Sequence[RemoteStore]

    async def run(self, request: PrivacyRequest) -> None:
        """Packs the copy and mails where to take it.

        Raises:
            Unfinished: a store could not be read.
        """
        person = Person.of_json(request.details["person"]) if request.details else Person()
        try:
            found: list[Found] = list(await asyncio.to_thread(self._own, person))
            for remote in self.remotes:
                found.append(Found(remote.name, remote.title, await remote.export(person)))
            packed = await asyncio.to_thread(self.archive.pack, found, self.clock.now())
        except (OSError, asyncio.TimeoutError) as error:
            await asyncio.to_thread(self._fail, request.id)
            raise Unfinished(f"{request.reference}: {type(error).__name__}") from None
        await asyncio.to_thread(self._finish, request.id, packed)

    def look(self, token: str) -> Export:
        """The copy behind a link, without its archive.

        Raises:
            TokenInvalid, TokenExpired: not our link, or too old.
            NotFound: the copy is gone.
        """
        export_id = str(self.links.read(token).get("export"))
        with self.transactions() as uow:
            export = uow.exports.get(export_id)
        if export is None:
            raise NotFound("There is no such copy.")
        return export

    def take(self, token: str) -> bytes | None:
        """The archive, once; None when it was taken before or is too old. Raises as `look` does."""
        export, now = self.look(token), self.clock.now()
        with self.transactions() as uow:
            archive = uow.exports.take(export.id, now)
            request = uow.requests.by_id(export.request_id)
            if archive is None or request is None:
                return None
            self.register.record(uow, request, AuditTag.EXPORT_TAKEN)
            uow.commit()
        return archive

    def _own(self, person: Person) -> Sequence[Found]:
        with self.transactions() as uow:
            return [Found(store.name, store.title, store.export(uow, person)) for store in self.tables]

    def _finish(self, request_id: str, packed: bytes) -> None:
        with self.transactions() as uow:
            request = uow.requests.hold(request_id)
            if request is None or request.state is not RequestState.EXECUTING:
                return
            now = self.clock.now()
            request = self.register.step(uow, request, RequestState.COMPLETED, actor="system", details={})
            # Whoever was erased meanwhile has no mailbox any more, and gets no copy.
            if request.mailbox:
                export = Export(self.random.id(), request.id, now, now + self.lifetime, packed)
                uow.exports.add(export)
                self._tell(uow, request, export)
            uow.commit()

    def _tell(self, uow: UnitOfWork, request: PrivacyRequest, export: Export) -> None:
        link = f"{self.notices.public_url}/exports/{self.links.sign({'export': export.id})}"
        self.notices.tell(
            uow, request, "export_ready", download=link, until=words_of(export.expires_at, self.notices.zone)
        )

    def _fail(self, request_id: str) -> None:
        with self.transactions() as uow:
            request = uow.requests.hold(request_id)
            if request is not None and request.state is RequestState.EXECUTING:
                self.register.step(uow, request, RequestState.FAILED, actor="system")
                uow.commit()
