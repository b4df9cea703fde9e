"""Takes stored mail out of the inbox and through the bot; the outbox carries the answers."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.errors import BotUnavailable, StorageBusy, UnreadableMail
from bot.domain.mail import StoredMail
from bot.rounds import rounds
from bot.services.correspondence import Correspondence
from bot.services.mail_ports import MailReader
from bot.services.ports import Clock, Transactions

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
BATCH = 5
IDLE = 1.0


@dataclass(frozen=True)
class Mailroom:
    """Any number of these may share a database; a mail is leased to one of them at a time.

    Attributes:
        lease: after this a mail whose worker died is taken up by another one.
    """

    clock: Clock
    transactions: Transactions
    reader: MailReader
    correspondence: Correspondence
    lease: timedelta = LEASE

    async def run(self, stop: asyncio.Event) -> None:
        """Works until `stop` is set; a busy or absent database only makes it wait."""
        await rounds(self.run_once, stop, IDLE)

    async def run_once(self) -> int:
        """Handles one batch; how many mails it took. One bad mail never holds up the others."""
        mails = await asyncio.to_thread(self._claim)
        for stored in mails:
            await self._handle(stored)
        return len(mails)

    async def _handle(self, stored: StoredMail) -> None:
        done = self.correspondence
        try:
            verdict = await done.handle(stored, await self.reader.read(stored))
            logger.info("mail %s: %s (%s)", stored.id, verdict.state.value, verdict.reason)
        except UnreadableMail as error:
            logger.error("mail %s cannot be read: %s", stored.id, error)
            await asyncio.to_thread(done.bury, stored, str(error))
        except (BotUnavailable, StorageBusy) as error:
            await asyncio.to_thread(done.later, stored, type(error).__name__)
        except Exception as error:
            logger.exception("mail %s failed", stored.id)
            await asyncio.to_thread(done.later, stored, type(error).__name__)

    def _claim(self) -> tuple[StoredMail, ...]:
        now = self.clock.now()
        with self.transactions() as uow:
            mails = tuple(uow.mail_inbox.claim(now, now + self.lease, BATCH))
            uow.commit()
        return mails
