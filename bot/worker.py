"""Carries out what the outbox holds: mail, and calls to other systems."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Mapping, Sequence

from bot.config import Config
from bot.domain.audit import AuditTag
from bot.domain.errors import AddressRefused, MailRefused, SiteRefused, SiteUnavailable
from bot.domain.identity import Conversation
from bot.domain.messages import OutboxItem, OutboxKind
from bot.mail.render import render
from bot.mail.transport import message_id
from bot.rounds import rounds
from bot.services.journal import Journal
from bot.services.outgoing import Outgoing
from bot.services.ports import Clock, FacebookGraph, Mailer, Transactions
from bot.services.site_changes import SiteDelivery

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
BATCH = 20
IDLE = 1.0
FIRST_RETRY = timedelta(seconds=30)
LONGEST_RETRY = timedelta(hours=6)
ATTEMPTS = 12
SITE_ATTEMPTS = 40
"""A week of trying: what a person decided must not be lost over a long week-end."""
SITE_KINDS = frozenset({OutboxKind.SITE_SETTING, OutboxKind.SITE_DETAIL})


@dataclass(frozen=True)
class Worker:
    """Any number of these may share a database; an item is leased to one of them at a time."""

    config: Config
    clock: Clock
    transactions: Transactions
    journal: Journal
    mailer: Mailer
    facebook: FacebookGraph
    outgoing: Outgoing
    site: SiteDelivery
    lease: timedelta = LEASE

    async def run(self, stop: asyncio.Event) -> None:
        """Works until `stop` is set; a busy or absent database only makes it wait."""
        await rounds(self.run_once, stop, IDLE)

    async def run_once(self) -> int:
        """Carries out one batch; how many items it took."""
        items = await asyncio.to_thread(self._claim)
        told = [item for item in items if item.kind in SITE_KINDS]
        rest = [item for item in items if item.kind not in SITE_KINDS]
        # A site that hangs must not keep a code from the person who waits for it.
        results = await asyncio.gather(self._in_turn(rest), *map(self._carry_out, told), return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                raise result
        return len(items)

    async def _in_turn(self, items: Sequence[OutboxItem]) -> None:
        for item in items:
            await self._carry_out(item)

    def _claim(self) -> tuple[OutboxItem, ...]:
        now = self.clock.now()
        with self.transactions() as uow:
            items = tuple(uow.outbox.claim(now, now + self.lease, BATCH))
            uow.commit()
        return items

    async def _carry_out(self, item: OutboxItem) -> None:
        try:
            if item.kind is OutboxKind.MAIL:
                await self._mail(item)
            elif item.kind in SITE_KINDS:
                await self.site.carry_out(item)
            else:
                await self._revoke_facebook(item.payload)
        except MailRefused as refusal:
            logger.warning("outbox item %s (%s) refused: %s", item.id, item.kind.value, refusal)
            await asyncio.to_thread(self._bury, item, "refused")
        except SiteRefused as refusal:
            logger.error("outbox item %s (%s): %s", item.id, item.kind.value, refusal)
            await asyncio.to_thread(self._bury, item, refusal.code)
        except SiteUnavailable as error:
            logger.warning("outbox item %s (%s) waits: %s", item.id, item.kind.value, error)
            await asyncio.to_thread(self._later, item, str(error), timedelta(seconds=error.retry_after))
        except (OSError, asyncio.TimeoutError) as error:
            await asyncio.to_thread(self._later, item, type(error).__name__)
        except Exception as error:
            logger.exception("outbox item %s (%s) failed", item.id, item.kind.value)
            await asyncio.to_thread(self._later, item, type(error).__name__)
        else:
            await asyncio.to_thread(self._done, item)

    async def _mail(self, item: OutboxItem) -> None:
        letter = render(item.payload, self.config.company, self.config.support_email, self.config.support_phone)
        own_id = message_id(self.config.mail_from, item.key)
        letter = await asyncio.to_thread(self.outgoing.address, letter, item.payload, own_id)
        try:
            await self.mailer.send(letter, key=item.key)
        except AddressRefused:
            await asyncio.to_thread(self.outgoing.refused, letter.to)
            raise

    async def _revoke_facebook(self, payload: Mapping[str, Any]) -> None:
        revoked = await self.facebook.revoke(str(payload["facebook_user"]))
        await asyncio.to_thread(self._record_facebook, str(payload["account_id"]), revoked)

    def _record_facebook(self, account_id: str, revoked: bool) -> None:
        nobody = Conversation("", "worker", self.clock.now(), account_id=account_id)
        result = "withdrawn" if revoked else "no app configured"
        with self.transactions() as uow:
            self.journal.write(uow, AuditTag.FACEBOOK_REVOKED, nobody, actor="system", result=result)
            uow.commit()

    def _done(self, item: OutboxItem) -> None:
        with self.transactions() as uow:
            uow.outbox.done(item.id, self.clock.now())
            uow.commit()

    def _bury(self, item: OutboxItem, error: str) -> None:
        with self.transactions() as uow:
            uow.outbox.bury(item.id, self.clock.now(), error)
            uow.commit()

    def _later(self, item: OutboxItem, error: str, at_least: timedelta = timedelta()) -> None:
        attempts = SITE_ATTEMPTS if item.kind in SITE_KINDS else ATTEMPTS
        if item.attempts + 1 >= attempts:
            logger.error("outbox item %s (%s) given up after %s attempts", item.id, item.kind.value, attempts)
            self._bury(item, error)
            return
        delay = max(at_least, min(FIRST_RETRY * 2**item.attempts, LONGEST_RETRY))
        with self.transactions() as uow:
            uow.outbox.retry(item.id, self.clock.now() + delay, error)
            uow.commit()
