"""Writes the audit log inside the transaction that does the thing."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.audit import AuditEntry, AuditTag
from bot.domain.identity import Conversation
from bot.services.ports import Clock, Hasher, UnitOfWork


@dataclass(frozen=True)
class Journal:
    """Knows how to name a person without naming them."""

    clock: Clock
    hasher: Hasher

    def write(
        self, uow: UnitOfWork, tag: AuditTag, conversation: Conversation, *, actor: str = "person", **details: str
    ) -> None:
        """Adds one entry about the person of `conversation`, or about `subject` where that is given in details."""
        identifier = details.pop("subject", None) or conversation.account_id or conversation.mailbox
        uow.audit.append(
            AuditEntry(
                at=self.clock.now(),
                tag=tag,
                actor=actor,
                subject=self.hasher.subject(identifier) if identifier else "",
                conversation_id=conversation.id,
                details=details,
            )
        )
