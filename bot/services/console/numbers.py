"""How the desk is doing, in figures that name nobody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bot.domain.console import Numbers
from bot.services.ports import Clock, Transactions

WINDOW = timedelta(days=30)


@dataclass(frozen=True)
class Figures:
    """The last thirty days."""

    transactions: Transactions
    clock: Clock

    def numbers(self) -> Numbers:
        """Everything the page of numbers shows."""
        now = self.clock.now()
        with self.transactions() as uow:
            return uow.statistics.numbers(now - WINDOW, now)
