"""Proves that nobody changed the audit log."""

from __future__ import annotations

from typing import Iterator

import typer

from bot import wiring
from bot.domain.audit import AuditEntry, first_broken
from bot.domain.errors import PrivacyDeskError
from bot.services.ports import Transactions

app = typer.Typer(no_args_is_help=True, help=__doc__)


@app.callback()
def _group() -> None:
    """Keeps `verify` a subcommand while it is the only one."""


@app.command()
def verify() -> None:
    """Recomputes every seal; exits with 1 and names the row where the chain breaks."""
    transactions = wiring.services().transactions
    broken = first_broken(rows(transactions))
    if broken is not None:
        raise PrivacyDeskError(f"The audit log is broken at row {broken}.")
    typer.echo(f"The audit log is whole: {sum(1 for _ in rows(transactions))} rows.")


def rows(transactions: Transactions) -> Iterator[tuple[int, AuditEntry, str]]:
    """Every row of the log, oldest first, read in pages."""
    after = 0
    while True:
        with transactions() as uow:
            page = uow.audit.rows(after)
        if not page:
            return
        yield from page
        after = page[-1][0]
