"""The register of privacy requests: every step of every request goes through here, with its audit row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Mapping

from bot.domain.audit import AuditEntry, AuditTag
from bot.domain.deadlines import Calendar, Regime
from bot.domain.identity import Conversation
from bot.domain.requests import PrivacyRequest, RequestState, RequestType
from bot.services.ports import Clock, Hasher, Randomness, UnitOfWork

_CARRIED_OUT = (
    RequestState.ACKNOWLEDGED,
    RequestState.SCHEDULED,
    RequestState.EXECUTING,
    RequestState.COMPLETED,
)


@dataclass(frozen=True)
class Register:
    """Opens requests and moves them on, inside the caller's transaction.

    Attributes:
        regime: the law whose deadlines this deployment keeps.
    """

    clock: Clock
    random: Randomness
    hasher: Hasher
    calendar: Calendar
    regime: Regime

    def receive(
        self,
        uow: UnitOfWork,
        conversation: Conversation,
        type: RequestType,
        received_at: datetime,
        details: Mapping[str, Any] | None = None,
        reference: str = "",
    ) -> PrivacyRequest:
        """The request that was begun in this conversation; a new one where none waits for its proof yet.

        Args:
            reference: of a new one; empty for a random one.
        """
        known = uow.requests.unconfirmed_in(conversation.id, type)
        if known is not None:
            return known
        regime = self.regime
        if type is RequestType.OPT_OUT and regime is Regime.CCPA:
            regime = Regime.CCPA_OPT_OUT
        deadlines = self.calendar.deadlines(regime, received_at)
        request = PrivacyRequest(
            id=self.random.id(),
            reference=reference or self.random.reference(),
            type=type,
            state=RequestState.RECEIVED,
            regime=regime,
            channel=conversation.channel,
            received_at=received_at,
            acknowledge_by=deadlines.acknowledge_by,
            due_at=deadlines.due_at,
            updated_at=received_at,
            conversation_id=conversation.id,
            details=details or {},
        )
        uow.requests.add(request)
        self.record(uow, request, AuditTag.REQUEST_OPENED, type=type.value)
        return self.step(uow, request, RequestState.AWAITING_VERIFICATION)

    def prove(self, uow: UnitOfWork, request: PrivacyRequest, conversation: Conversation) -> PrivacyRequest:
        """The person behind the conversation is who asks."""
        identifier = conversation.account_id or conversation.mailbox
        proof: dict[str, Any] = {
            "account_id": conversation.account_id,
            "mailbox": conversation.mailbox,
            "subject": self.hasher.subject(identifier) if identifier else "",
            "verified_at": self.clock.now(),
        }
        if request.state is RequestState.AWAITING_VERIFICATION:
            return self.step(uow, request, RequestState.AWAITING_CONFIRMATION, **proof)
        if (request.account_id, request.mailbox) == (conversation.account_id, conversation.mailbox):
            return request
        # Somebody else signed in to the same conversation before anything was confirmed: it is theirs now.
        return self.change(uow, request, AuditTag.REQUEST_ADVANCED, state="awaiting_confirmation", changes=proof)

    def settle(
        self, uow: UnitOfWork, conversation: Conversation, type: RequestType, received_at: datetime
    ) -> PrivacyRequest:
        """Puts on record what was asked, proved and carried out in one go, as opting out is."""
        request = self.prove(uow, self.receive(uow, conversation, type, received_at), conversation)
        for state in _CARRIED_OUT:
            now = self.clock.now()
            done: dict[str, Any] = {"acknowledged_at": now} if state is RequestState.ACKNOWLEDGED else {}
            request = self.step(uow, request, state, **done)
        return request

    def step(
        self, uow: UnitOfWork, request: PrivacyRequest, state: RequestState, *, actor: str = "person", **changes: Any
    ) -> PrivacyRequest:
        """Moves the request on.

        Raises:
            IllegalTransition: there is no such step, or somebody else moved the request meanwhile.
        """
        moved = request.advance(state, self.clock.now(), **changes)
        uow.requests.save(moved, expected=request)
        facts = {"reason": moved.reason} if moved.reason else {}
        self.record(uow, moved, AuditTag.REQUEST_ADVANCED, actor=actor, state=state.value, **facts)
        return moved

    def change(
        self,
        uow: UnitOfWork,
        request: PrivacyRequest,
        tag: AuditTag,
        *,
        actor: str = "person",
        changes: Mapping[str, Any] | None = None,
        **facts: str,
    ) -> PrivacyRequest:
        """Changes the request where it stands. Raises IllegalTransition when somebody else moved it meanwhile."""
        changed = request.change(self.clock.now(), **(changes or {}))
        uow.requests.save(changed, expected=request)
        self.record(uow, changed, tag, actor=actor, **facts)
        return changed

    def record(
        self, uow: UnitOfWork, request: PrivacyRequest, tag: AuditTag, *, actor: str = "person", **facts: str
    ) -> None:
        """Writes an audit row about the request."""
        details = {"reference": request.reference, **facts}
        now, where = self.clock.now(), request.conversation_id or ""
        uow.audit.append(AuditEntry(now, tag, actor, request.subject, where, details))
