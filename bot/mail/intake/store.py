"""Keeps a mail before anybody is told that it was accepted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.identity import normalise_email
from bot.domain.mail import MailState
from bot.mail.inbound.parse import fingerprint
from bot.services.correspondence import alert
from bot.services.ports import Clock, Transactions


@dataclass(frozen=True)
class MailStore:
    """The way into the inbox, whatever a mail came by."""

    transactions: Transactions
    clock: Clock
    support_email: str

    def keep(
        self,
        raw: bytes,
        source: str,
        envelope_from: str | None = None,
        recipients: Sequence[str] = (),
        dead: str | None = None,
    ) -> bool:
        """Stores and commits; False when this very mail was here before.

        Args:
            dead: why it goes straight to the dead letters, or None.

        Raises:
            StorageBusy: nothing was stored.
        """
        addresses = tuple(normalise_email(address) for address in recipients)
        now = self.clock.now()
        with self.transactions() as uow:
            new = uow.mail_inbox.put(fingerprint(raw), source, raw, envelope_from, addresses, now, dead)
            if new and dead is not None:
                alert(uow, MailState.DEAD, dead, self.support_email, now)
            uow.commit()
        return new
