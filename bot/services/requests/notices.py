"""What people and the support team are told about a request, by mail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any, Mapping, Sequence

from bot.domain.erasure import KEPT
from bot.domain.messages import OutboxKind
from bot.domain.requests import PrivacyRequest, RequestType
from bot.services.ports import Clock, Signer, UnitOfWork

STATUS_LINK_LIFETIME = timedelta(days=200)
"""Longer than any deadline with its extension."""

KINDS = {
    RequestType.DELETION: "deletion of your account and data",
    RequestType.CHILD_DELETION: "deletion of a child's account",
    RequestType.EXPORT: "a copy of your data",
    RequestType.CORRECTION: "correction of your details",
    RequestType.OPT_OUT: "opt-out",
}


@dataclass(frozen=True)
class Notices:
    """Puts letters into the open transaction.

    Attributes:
        zone: where the days of a letter are counted.
        links: signs the address of a request's page, good for STATUS_LINK_LIFETIME.
    """

    clock: Clock
    zone: tzinfo
    links: Signer
    public_url: str
    support_email: str

    def tell(self, uow: UnitOfWork, request: PrivacyRequest, template: str, **values: str) -> Mapping[str, Any] | None:
        """Writes to the person, once a version; the letter, or None where no mailbox was proved."""
        if not request.mailbox:
            return None
        return self._put(uow, request, request.mailbox, template, {"link": self.link(request), **values})

    def tell_support(
        self, uow: UnitOfWork, request: PrivacyRequest, template: str, *, once: str = "", **values: str
    ) -> bool:
        """Writes to the support team; whether this notice is new. With `once` the same notice goes once per value of
        it, and otherwise once per version of the request."""
        if once and uow.outbox.known(_key(request, template, once)):
            return False
        page = f"{self.public_url}/console/requests/{request.reference}"
        self._put(uow, request, self.support_email, template, {"link": page, **values}, once)
        return True

    def close(self, uow: UnitOfWork, request: PrivacyRequest, mailbox: str, gone: Sequence[str], last: bool) -> None:
        """The one letter that says that everything is deleted.

        Args:
            gone: what was deleted, in words.
            last: the address itself is erased with it, so nothing of this letter is remembered.
        """
        values = {**self._facts(request), "explanation": "", "gone": list(gone), "kept": list(KEPT)}
        payload = {"to": mailbox, "template": "deletion_done", "values": values, "closing": last}
        uow.outbox.put(f"closing:{request.id}", OutboxKind.MAIL, payload, self.clock.now())

    def link(self, request: PrivacyRequest) -> str:
        """The page where whoever got it by mail follows the request and takes it back."""
        return f"{self.public_url}/requests/{self.links.sign({'reference': request.reference})}"

    def _put(
        self, uow: UnitOfWork, request: PrivacyRequest, to: str, template: str, values: dict[str, str], once: str = ""
    ) -> Mapping[str, Any]:
        payload = {"to": to, "template": template, "values": {**self._facts(request), **values}}
        uow.outbox.put(_key(request, template, once), OutboxKind.MAIL, payload, self.clock.now())
        return payload

    def _facts(self, request: PrivacyRequest) -> dict[str, str]:
        return {
            "reference": request.reference,
            "kind": KINDS[request.type],
            "received": words_of(request.received_at, self.zone),
            "due": words_of(request.due_at, self.zone),
            "explanation": request.explanation,
        }


def _key(request: PrivacyRequest, template: str, once: str) -> str:
    return f"{template}:{request.id}:{once or request.version}"


def words_of(moment: datetime | None, zone: tzinfo) -> str:
    """The day it is in the deployment's zone, `2 March 2026`, or nothing for None."""
    return f"{moment.astimezone(zone):%d %B %Y}".lstrip("0") if moment else ""
