"""Carries out what the outbox holds: mail, and calls to other systems."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Awaitable, Callable, Mapping, Sequence

from bot.config import Config
from bot.domain.audit import AuditTag
from bot.domain.errors import AddressRefused, MailRefused, SiteRefused, SiteUnavailable, StorageBusy, Unfinished
from bot.domain.identity import Conversation
from bot.domain.messages import Letter, OutboxItem, OutboxKind
from bot.mail.render import render
from bot.mail.transport import message_id
from bot.rounds import rounds
from bot.services.journal import Journal
from bot.services.mail_ports import Mailer
from bot.services.outgoing import Outgoing
from bot.services.ports import Clock, FacebookGraph, Transactions
from bot.services.requests.execution import Executor
from bot.services.site_changes import SiteDelivery
from bot.stores.partners import Partners

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
    executor: Executor
    partners: Partners
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
            await self._ways[item.kind](item)
        except MailRefused as refusal:
            logger.warning("outbox item %s (%s) refused: %s", item.id, item.kind.value, refusal)
            await asyncio.to_thread(self._bury, item, "refused")
        except SiteRefused as refusal:
            logger.error("outbox item %s (%s): %s", item.id, item.kind.value, refusal)
            await asyncio.to_thread(self._bury, item, refusal.code)
        except SiteUnavailable as error:
            logger.warning("outbox item %s (%s) waits: %s", item.id, item.kind.value, error)
            await asyncio.to_thread(self._later, item, str(error), timedelta(seconds=error.retry_after))
        except (OSError, asyncio.TimeoutError, StorageBusy, Unfinished) as error:
            await asyncio.to_thread(self._later, item, type(error).__name__)
        except Exception as error:
            logger.exception("outbox item %s (%s) failed", item.id, item.kind.value)
            await asyncio.to_thread(self._later, item, type(error).__name__)
        else:
            await asyncio.to_thread(self._done, item)

    @property
    def _ways(self) -> Mapping[OutboxKind, Callable[[OutboxItem], Awaitable[None]]]:
        return {
            OutboxKind.MAIL: self._mail,
            OutboxKind.FACEBOOK_REVOKE: self._revoke_facebook,
            OutboxKind.EXECUTE: self._execute,
            OutboxKind.PARTNER_NOTICE: self._tell_partner,
            OutboxKind.SITE_SETTING: self.site.carry_out,
            OutboxKind.SITE_DETAIL: self.site.carry_out,
        }

    async def _mail(self, item: OutboxItem) -> None:
        letter = render(item.payload, self.config.company, self.config.support_email, self.config.support_phone)
        own_id = message_id(self.config.mail_from, item.key)
        if item.payload.get("closing"):
            # The address was erased: nothing of the letter is remembered, and its bounce would go nowhere.
            await self.mailer.send(letter, key=item.key)
            return
        addressed: Letter | None = await asyncio.to_thread(self.outgoing.address, letter, item, own_id)
        if addressed is None:
            return
        try:
            await self.mailer.send(addressed, key=item.key)
        except AddressRefused:
            await asyncio.to_thread(self.outgoing.refused, letter.to, item)
            raise

    async def _execute(self, item: OutboxItem) -> None:
        if "again" in item.payload:
            await self.executor.run_again(item.payload["again"])
        else:
            await self.executor.run(str(item.payload["request"]))

    async def _tell_partner(self, item: OutboxItem) -> None:
        name, account_id = str(item.payload["partner"]), str(item.payload["account_id"])
        told = await self.partners.opted_out(name, item.payload, item.key)
        result = "told" if told else "no such partner"
        await asyncio.to_thread(self._record, AuditTag.PARTNER_TOLD, account_id, partner=name, result=result)

    async def _revoke_facebook(self, item: OutboxItem) -> None:
        revoked = await self.facebook.revoke(str(item.payload["facebook_user"]))
        result = "withdrawn" if revoked else "no app configured"
        await asyncio.to_thread(self._record, AuditTag.FACEBOOK_REVOKED, str(item.payload["account_id"]), result=result)

    def _record(self, tag: AuditTag, account_id: str, **facts: str) -> None:
        nobody = Conversation("", "worker", self.clock.now(), account_id=account_id)
        with self.transactions() as uow:
            self.journal.write(uow, tag, nobody, actor="system", **facts)
            uow.commit()

    def _done(self, item: OutboxItem) -> None:
        with self.transactions() as uow:
            uow.outbox.done(item.id, self.clock.now())
            uow.commit()
        self._scrub(item)

    def _bury(self, item: OutboxItem, error: str) -> None:
        if item.kind is OutboxKind.EXECUTE and "again" not in item.payload:
            self.executor.give_up(str(item.payload["request"]))
        with self.transactions() as uow:
            uow.outbox.bury(item.id, self.clock.now(), error, wipe=bool(item.payload.get("closing")))
            uow.commit()
        self._scrub(item)

    def _scrub(self, item: OutboxItem) -> None:
        """The closing letter held the last trace of an erased person."""
        if item.payload.get("closing"):
            try:
                self.transactions.scrub()
            except StorageBusy:
                logger.warning("the write-ahead log could not be emptied now; the next erasure does it")

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
