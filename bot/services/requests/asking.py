"""Asking for a deletion, a child's deletion or a copy: all of it by talking."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo
from typing import Any, ClassVar, Mapping

from bot.domain.accounts import mask_email
from bot.domain.audit import AuditTag
from bot.domain.identity import Assurance, Conversation, normalise_email
from bot.domain.proposals import Proposal
from bot.domain.requests import FILED, HoldReason, PrivacyRequest, RequestState, RequestType
from bot.services.flows import Handler, Wish
from bot.services.ports import Clock, UnitOfWork
from bot.services.requests.notices import Notices, words_of
from bot.services.requests.planning import Planner
from bot.services.requests.preview import Preview
from bot.services.requests.register import Register


@dataclass(frozen=True)
class Ask(Handler):
    """Common to all that become a request.

    The request is opened when the wish is said, so that the clock runs from there; it is proved by a fresh code and
    filed by a yes, where one is needed. Facts: `request` (see `facts_of`), `already` when one was filed before,
    `email` and `phone` of the support team.
    """

    clock: Clock
    register: Register
    planner: Planner
    notices: Notices
    support_phone: str

    type: ClassVar[RequestType]
    needs_account = False

    def rung(self, details: Mapping[str, Any]) -> Assurance:
        return Assurance.FRESH_CODE

    def begun(self, uow: UnitOfWork, conversation: Conversation, proposal: Proposal) -> None:
        asked = self.asked(proposal.details)
        request = self.register.receive(uow, conversation, self.type, proposal.created_at, asked)
        if asked and request.details != asked:
            self.register.change(uow, request, AuditTag.REQUEST_DETAILED, changes={"details": asked})

    def asked(self, details: Mapping[str, Any]) -> Mapping[str, Any]:
        """What the request itself keeps of the wish."""
        return {}

    def proved(self, wish: Wish) -> None:
        self._unconfirmed(wish)

    def declined(self, uow: UnitOfWork, conversation: Conversation) -> None:
        request = uow.requests.unconfirmed_in(conversation.id, self.type)
        if request is not None:
            self.register.step(uow, request, RequestState.REVOKED, details={})

    def perform(self, wish: Wish) -> Mapping[str, Any]:
        contact = {"email": self.notices.support_email, "phone": self.support_phone}
        request, filed = self._unconfirmed(wish), self.filed(wish)
        if filed is not None:
            self.register.step(wish.uow, request, RequestState.DUPLICATE, actor="system", details={})
            filed = self._released(wish, filed)
            return {"request": facts_of(filed, self.notices.zone), "already": True, **contact}
        now = self.clock.now()
        request = self.register.step(wish.uow, request, RequestState.ACKNOWLEDGED, acknowledged_at=now)
        request = self.planner.plan(wish.uow, request)
        self.tell(wish, request)
        return {"request": facts_of(request, self.notices.zone), "already": False, **contact}

    def filed(self, wish: Wish) -> PrivacyRequest | None:
        """The same request of the same person, when it is in our hands already."""
        own = wish.uow.requests.of_person(wish.conversation.account_id, wish.conversation.mailbox)
        filed = (request for request in own if request.type is self.type and request.state in FILED)
        return next((request for request in filed if self.same(wish, request)), None)

    def same(self, wish: Wish, filed: PrivacyRequest) -> bool:
        """Whether an earlier request of this kind asks for what is asked for now."""
        return True

    def tell(self, wish: Wish, request: PrivacyRequest) -> None:
        """Mails what was filed."""
        raise NotImplementedError

    def _unconfirmed(self, wish: Wish) -> PrivacyRequest:
        asked, created = self.asked(wish.details), wish.proposal.created_at
        request = self.register.receive(wish.uow, wish.conversation, self.type, created, asked)
        return self.register.prove(wish.uow, request, wish.conversation)

    def _released(self, wish: Wish, filed: PrivacyRequest) -> PrivacyRequest:
        """Whoever proves the new address again once it is not new any more is taken at their word."""
        held = filed.state is RequestState.ON_HOLD and filed.reason == HoldReason.RECENT_EMAIL_CHANGE.value
        if not held or self.planner.address_is_new(wish.uow, filed):
            return filed
        if self.planner.approvals_needed(filed.type):
            return self.register.step(wish.uow, filed, RequestState.IN_REVIEW, reason="", held_at=None)
        return self.planner.schedule(wish.uow, filed, actor="person")


@dataclass(frozen=True)
class RequestDeletion(Ask):
    """Details: none. Question: what would go and what stays, as Preview.facts has it."""

    preview: Preview

    type = RequestType.DELETION

    def question(self, wish: Wish) -> Mapping[str, Any] | None:
        if self.filed(wish):
            return None
        person = wish.uow.people.find(wish.conversation.account_id, wish.conversation.mailbox)
        return self.preview.facts(wish.uow, person)

    def tell(self, wish: Wish, request: PrivacyRequest) -> None:
        self.notices.tell(
            wish.uow, request, "deletion_filed", scheduled=words_of(request.scheduled_for, self.notices.zone)
        )
        account = wish.holder.email if wish.holder else str(request.mailbox)
        self.notices.tell_support(wish.uow, request, "deletion_for_support", account=account)


@dataclass(frozen=True)
class ReportChild(Ask):
    """Details: `email_address` of the child's account, if known. Question: `child`, masked, or empty.

    A colleague checks it before anything is deleted: the parent is proved, being the parent is not (16 CFR § 312.5).
    """

    type = RequestType.CHILD_DELETION

    def asked(self, details: Mapping[str, Any]) -> Mapping[str, Any]:
        child = normalise_email(str(details.get("email_address") or ""))
        return {"child": child} if child else {}

    def same(self, wish: Wish, filed: PrivacyRequest) -> bool:
        return filed.details.get("child") == self._unconfirmed(wish).details.get("child")

    def question(self, wish: Wish) -> Mapping[str, Any] | None:
        child = str(self._unconfirmed(wish).details.get("child") or "")
        if child and self.filed(wish):
            return None
        return {"child": mask_email(child) if child else ""}

    def tell(self, wish: Wish, request: PrivacyRequest) -> None:
        self.notices.tell(wish.uow, request, "child_deletion_filed")
        self.notices.tell_support(wish.uow, request, "child_deletion_for_support")


@dataclass(frozen=True)
class RequestExport(Ask):
    """Details: none. The copy is made by the worker, and its address goes to the proved mailbox only."""

    type = RequestType.EXPORT

    def tell(self, wish: Wish, request: PrivacyRequest) -> None:
        self.notices.tell(wish.uow, request, "export_filed")


def facts_of(request: PrivacyRequest, zone: tzinfo) -> dict[str, Any]:
    """What a person may see of their request, as the request card has it."""
    return {
        "reference": request.reference,
        "kind": request.type.value,
        "state": request.state.value,
        "received": words_of(request.received_at, zone),
        "due": words_of(request.due_at, zone),
        "scheduled": words_of(request.scheduled_for, zone),
        "reason": request.reason,
        "revocable": request.revocable,
    }
