"""What is changed here reaches the site: put into the outbox by the use case, carried out by the worker."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.domain.audit import AuditTag
from bot.domain.errors import SiteRefused
from bot.domain.identity import Conversation
from bot.domain.messages import OutboxItem, OutboxKind
from bot.services.journal import Journal
from bot.services.ports import Clock, Transactions, UnitOfWork
from bot.services.site import Site

GONE = "account_erased"
"""The site's code for an account it has erased: nobody is left to whom a change could matter."""


def pending_prefix(account_id: str) -> str:
    """What the outbox keys of all changes of one account begin with."""
    return f"site:{account_id}:"


@dataclass(frozen=True)
class SiteChanges:
    """Puts changes into the open transaction; does nothing where the accounts are our own.

    Attributes:
        external: see Site.
    """

    external: bool

    def setting(self, uow: UnitOfWork, account_id: str, cause: str, setting: str, value: bool, at: datetime) -> None:
        """A choice; `cause` is the id of what the person did, which makes the key unique."""
        payload = {"account_id": account_id, "setting": setting, "value": value, "at": at.isoformat()}
        self._put(uow, f"{cause}:{setting}", OutboxKind.SITE_SETTING, payload, at)

    def detail(self, uow: UnitOfWork, account_id: str, cause: str, field: str, value: str, at: datetime) -> None:
        """A corrected detail of accounts.PROFILE."""
        payload = {"account_id": account_id, "field": field, "value": value, "at": at.isoformat()}
        self._put(uow, f"{cause}:{field}", OutboxKind.SITE_DETAIL, payload, at)

    def _put(self, uow: UnitOfWork, what: str, kind: OutboxKind, payload: dict[str, Any], at: datetime) -> None:
        if self.external:
            uow.outbox.put(f"{pending_prefix(payload['account_id'])}{what}", kind, payload, at)


@dataclass(frozen=True)
class SiteDelivery:
    """The worker's part."""

    site: Site
    transactions: Transactions
    clock: Clock
    journal: Journal
    support_email: str

    async def carry_out(self, item: OutboxItem) -> None:
        """Tells the site one change, under the outbox item's key.

        Raises:
            SiteRefused: for good; put on record, and the support team is asked to settle it by hand.
            SiteUnavailable: try again later.
        """
        name = str(item.payload.get("setting") or item.payload.get("field"))
        try:
            await self._tell(item)
        except SiteRefused as refusal:
            if refusal.code != GONE:
                await asyncio.to_thread(self._refused, item, name, refusal.code)
                raise
            await asyncio.to_thread(self._told, item, name, "account is gone")
        else:
            await asyncio.to_thread(self._told, item, name, "applied")

    async def _tell(self, item: OutboxItem) -> None:
        told, at = item.payload, datetime.fromisoformat(str(item.payload["at"]))
        account_id = str(told["account_id"])
        if item.kind is OutboxKind.SITE_SETTING:
            await self.site.apply_setting(account_id, str(told["setting"]), bool(told["value"]), at, item.key)
        else:
            await self.site.correct(account_id, str(told["field"]), str(told["value"]), at, item.key)

    def _refused(self, item: OutboxItem, name: str, code: str) -> None:
        values = {"account": str(item.payload["account_id"]), "what": name, "reason": code}
        letter = {"to": self.support_email, "template": "site_refused", "values": values}
        with self.transactions() as uow:
            self._write(uow, AuditTag.SITE_REFUSED, item, name, code)
            uow.outbox.put(f"site-refused:{item.key}", OutboxKind.MAIL, letter, self.clock.now())
            uow.commit()

    def _told(self, item: OutboxItem, name: str, result: str) -> None:
        with self.transactions() as uow:
            self._write(uow, AuditTag.SITE_TOLD, item, name, result)
            uow.commit()

    def _write(self, uow: UnitOfWork, tag: AuditTag, item: OutboxItem, name: str, result: str) -> None:
        nobody = Conversation("", "worker", self.clock.now(), account_id=str(item.payload["account_id"]))
        self.journal.write(uow, tag, nobody, actor="system", what=name, result=result)
