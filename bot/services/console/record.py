"""Puts on record what a member of staff saw and did."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.audit import AuditEntry, AuditTag
from bot.domain.staff import StaffMember
from bot.services.ports import Clock, Hasher, UnitOfWork


@dataclass(frozen=True)
class Record:
    """Writes audit rows that name the actor and, as a keyed hash, the person concerned."""

    clock: Clock
    hasher: Hasher

    def write(
        self,
        uow: UnitOfWork,
        tag: AuditTag,
        actor: StaffMember | None,
        *,
        person: str | None = None,
        conversation_id: str = "",
        **details: str,
    ) -> None:
        """Adds one entry.

        Args:
            actor: who did it; None for the system and the command line.
            person: account id or mailbox of the person concerned.
            details: facts without personal data.
        """
        subject = self.hasher.subject(person) if person else ""
        who = actor.id if actor else "system"
        uow.audit.append(AuditEntry(self.clock.now(), tag, who, subject, conversation_id, details))
