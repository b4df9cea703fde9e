"""Bringing in a person."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.domain.audit import AuditTag
from bot.domain.messages import OutboxKind
from bot.services.identity import load
from bot.services.journal import Journal
from bot.services.ports import Clock, Transactions


@dataclass(frozen=True)
class Handoff:
    """Tells the support team, once until somebody comes, that a person wants to talk to them."""

    transactions: Transactions
    clock: Clock
    journal: Journal
    support_email: str

    def ask(self, conversation_id: str) -> bool:
        """Whether nobody was asked for yet, or somebody came and has left again."""
        now = self.clock.now()
        with self.transactions() as uow:
            conversation = load(uow, conversation_id)
            if conversation.handoff_at is not None:
                return False
            uow.conversations.save(replace(conversation, handoff_at=now))
            values = {"conversation": conversation.id, "mailbox": conversation.mailbox or "not signed in"}
            payload = {"to": self.support_email, "template": "handoff", "values": values}
            uow.outbox.put(f"handoff:{conversation.id}:{now.isoformat()}", OutboxKind.MAIL, payload, now)
            self.journal.write(uow, AuditTag.HANDOFF_ASKED, conversation)
            uow.commit()
        return True
