"""The audit log, for auditors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Iterator, Mapping, Sequence

from bot.domain.audit import AuditEntry, AuditTag, first_broken
from bot.domain.identity import normalise_email
from bot.domain.staff import StaffMember
from bot.services.console.record import Record
from bot.services.ports import Hasher, Transactions

PAGE = 100


@dataclass(frozen=True)
class TrailFilter:
    """Which rows to show; empty is any.

    Attributes:
        person: e-mail address or account id; only its keyed hash is compared.
    """

    actor: str = ""
    person: str = ""
    tag: str = ""


@dataclass(frozen=True)
class ChainCheck:
    """Whether the log is whole."""

    rows: int
    broken: int | None


@dataclass(frozen=True)
class Trail:
    """Reads the log and proves it."""

    transactions: Transactions
    hasher: Hasher
    record: Record

    def page(self, wanted: TrailFilter, before: int | None) -> Sequence[tuple[int, AuditEntry, str]]:
        """A page of rows, newest first."""
        with self.transactions() as uow:
            found = ""
            if wanted.person:
                account = uow.accounts.by_email(normalise_email(wanted.person))
                found = self.hasher.subject(account.id if account else normalise_email(wanted.person))
            return uow.trail.newest(before, PAGE, actor=wanted.actor, subject=found, tag=wanted.tag)

    def names(self) -> Mapping[str, str]:
        """Who is who among the actors."""
        with self.transactions() as uow:
            return {member.id: member.name for member in uow.staff.all()}

    def check(self, staff: StaffMember) -> ChainCheck:
        """Recomputes every seal; the check itself becomes a row."""
        rows = 0

        def counted() -> Iterator[tuple[int, AuditEntry, str]]:
            nonlocal rows
            for row in self._rows():
                rows += 1
                yield row

        broken = first_broken(counted())
        with self.transactions() as uow:
            self.record.write(uow, AuditTag.CHAIN_CHECKED, staff, whole="no" if broken else "yes")
            uow.commit()
        return ChainCheck(rows, broken)

    def _rows(self) -> Iterator[tuple[int, AuditEntry, str]]:
        after = 0
        while True:
            with self.transactions() as uow:
                page = uow.audit.rows(after)
            if not page:
                return
            yield from page
            after = page[-1][0]
