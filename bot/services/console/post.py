"""Mail that waits for a person, sending that was given up, and addresses nothing goes to."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Sequence

from bot.domain.audit import AuditTag
from bot.domain.errors import InvalidInput, NotFound, UnreadableMail
from bot.domain.identity import normalise_email
from bot.domain.mail import PEN, InboundMail, MailState, PenRow, StoredMail, SuppressedAddress
from bot.domain.messages import BuriedItem
from bot.domain.staff import StaffMember
from bot.services.console.record import Record
from bot.services.mail_ports import MailReader
from bot.services.ports import Clock, Transactions, UnitOfWork

PAGE = 50
MAX_RAW = 20_000
"""Characters of an unreadable mail that are shown."""
_GONE = "A colleague has dealt with that already."


@dataclass(frozen=True)
class HeldMail:
    """A mail as a person looks at it.

    Attributes:
        mail: None when it cannot be read; then `raw` is what came, cut short.
    """

    row: PenRow
    mail: InboundMail | None
    raw: str


@dataclass(frozen=True)
class PostRoom:
    """Looking is on record; so is everything that is done, in the transaction that does it."""

    transactions: Transactions
    clock: Clock
    record: Record
    reader: MailReader

    def held(self, staff: StaffMember, state: MailState, before: int | None) -> Sequence[PenRow]:
        """A page of mails in one state, newest first."""
        with self.transactions() as uow:
            rows = uow.mail_inbox.page(state, before, PAGE)
            self.record.write(uow, AuditTag.LIST_VIEWED, staff, list="mail", show=state.value)
            uow.commit()
        return rows

    def buried(self, staff: StaffMember, before: int | None) -> Sequence[BuriedItem]:
        """A page of what could not be sent or done, newest first."""
        with self.transactions() as uow:
            rows = uow.outbox.buried(before, PAGE)
            self.record.write(uow, AuditTag.LIST_VIEWED, staff, list="outbox", show="buried")
            uow.commit()
        return rows

    def blocked(self, staff: StaffMember, after: str) -> Sequence[SuppressedAddress]:
        """A page of addresses that nothing goes to, in alphabetical order."""
        with self.transactions() as uow:
            rows = uow.suppressions.page(after, PAGE)
            self.record.write(uow, AuditTag.LIST_VIEWED, staff, list="blocked addresses")
            uow.commit()
        return rows

    async def open(self, staff: StaffMember, number: int) -> HeldMail:
        """One mail, read apart from this process. Raises NotFound, or InvalidInput when it waits no more."""
        row, stored = await asyncio.to_thread(self._load, staff, number)
        try:
            return HeldMail(row, await self.reader.read(stored), "")
        except (UnreadableMail, asyncio.TimeoutError):
            return HeldMail(row, None, stored.raw.decode("utf-8", "replace")[:MAX_RAW])

    def release(self, staff: StaffMember, number: int) -> None:
        """Has the assistant answer a mail after all.

        Raises:
            NotFound: there is no such mail.
            InvalidInput: a colleague dealt with it, or there is nobody to answer.
        """
        with self.transactions() as uow:
            row = _row(uow.mail_inbox.one(number))
            if row.state is not MailState.DEAD and not row.sender:
                raise InvalidInput("This mail has no single sender, so there is nobody to answer.")
            if not uow.mail_inbox.release(number, self.clock.now()):
                raise InvalidInput(_GONE)
            self._note(uow, AuditTag.MAIL_RELEASED, staff, row)
            uow.commit()

    def discard(self, staff: StaffMember, number: int) -> None:
        """Throws a mail away for good; that it was there stays on record. Raises as `release` does."""
        with self.transactions() as uow:
            row = _row(uow.mail_inbox.one(number))
            if not uow.mail_inbox.discard(number, self.clock.now()):
                raise InvalidInput(_GONE)
            self._note(uow, AuditTag.MAIL_DISCARDED, staff, row)
            uow.commit()

    def retry(self, staff: StaffMember, number: int) -> None:
        """Tries again what was given up. Raises InvalidInput when a colleague dealt with it."""
        self._unbury(staff, number, again=True)

    def forget(self, staff: StaffMember, number: int) -> None:
        """Gives up for good. Raises InvalidInput when a colleague dealt with it."""
        self._unbury(staff, number, again=False)

    def allow(self, staff: StaffMember, address: str) -> None:
        """Uses an address again. Raises InvalidInput when it was not blocked."""
        address = normalise_email(address)
        with self.transactions() as uow:
            if not uow.suppressions.remove(address):
                raise InvalidInput(_GONE)
            self.record.write(uow, AuditTag.ADDRESS_ALLOWED, staff, person=address)
            uow.commit()

    def _unbury(self, staff: StaffMember, number: int, *, again: bool) -> None:
        now = self.clock.now()
        with self.transactions() as uow:
            row = uow.outbox.buried_one(number)
            done = uow.outbox.dig_up(number, now) if again else uow.outbox.discard(number, now)
            if row is None or not done:
                raise InvalidInput(_GONE)
            tag = AuditTag.SENDING_RETRIED if again else AuditTag.SENDING_DISCARDED
            person = str(row.item.payload.get("to") or "") or None
            self.record.write(uow, tag, staff, person=person, kind=row.item.kind.value, item=str(number))
            uow.commit()

    def _load(self, staff: StaffMember, number: int) -> tuple[PenRow, StoredMail]:
        with self.transactions() as uow:
            found = uow.mail_inbox.one(number)
            row = _row(found)
            self._note(uow, AuditTag.MAIL_VIEWED, staff, row)
            uow.commit()
        assert found is not None
        return found

    def _note(self, uow: UnitOfWork, tag: AuditTag, staff: StaffMember, row: PenRow) -> None:
        self.record.write(uow, tag, staff, person=row.sender or None, mail=str(row.id), state=row.state.value)


def _row(found: tuple[PenRow, StoredMail] | None) -> PenRow:
    if found is None:
        raise NotFound("There is no such mail.")
    if found[0].state not in PEN:
        raise InvalidInput(_GONE)
    return found[0]
