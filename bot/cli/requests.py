"""Privacy requests, for whoever runs the desk; addresses are masked."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime
from typing import Iterator, Optional

import typer

from bot import wiring
from bot.domain.accounts import mask_email
from bot.domain.console import QueueFilter, QueueRow
from bot.domain.errors import InvalidInput, NotFound
from bot.domain.requests import PrivacyRequest, RequestState
from bot.domain.yearly_report import YearOfType, year_of
from bot.services.ports import UnitOfWork
from bot.wiring import Services

app = typer.Typer(no_args_is_help=True, help=__doc__)

PAGE = 200


@app.command("list")
def list_requests(
    overdue: bool = typer.Option(False, help="Only those that should have been answered by now."),
    state: str = typer.Option("", help="Only those in this state, for example in_review."),
    every: bool = typer.Option(False, "--all", help="Closed ones, too."),
) -> None:
    """What is open, soonest due first."""
    services = wiring.services()
    now = services.clock.now()
    wanted = QueueFilter(_state(state), open_only=not every, overdue_at=now if overdue else None)
    count = 0
    for row in _rows(services, wanted):
        count += 1
        typer.echo(_line(row, now))
    typer.echo(f"{count} requests" if count != 1 else "1 request")


@app.command()
def show(reference: str) -> None:
    """One request: where it stands, what happened, what was erased."""
    services = wiring.services()
    with services.transactions() as uow:
        request = uow.requests.by_reference(reference.strip().upper())
        if request is None:
            raise NotFound("There is no such request.")
        for name, value in _facts(uow, request):
            typer.echo(f"{name:14} {value}")


@app.command()
def report(
    year: Optional[int] = typer.Option(None, help="Counted by when requests were received; this year if left out."),
    as_json: bool = typer.Option(False, "--json", help="For machines."),
) -> None:
    """A year in figures (11 CCR § 7102)."""
    services = wiring.services()
    zone = services.casework.register.calendar.zone
    year = services.clock.now().astimezone(zone).year if year is None else year
    if not 2000 <= year <= 9998:
        raise InvalidInput("A year has four digits.")
    start, end = datetime(year, 1, 1, tzinfo=zone), datetime(year + 1, 1, 1, tzinfo=zone)
    with services.transactions() as uow:
        figures = year_of(uow.requests.received_between(start, end))
    if as_json:
        typer.echo(json.dumps({"year": year, "types": [each.as_json() for each in figures]}, indent=2))
        return
    typer.echo(f"Requests received in {year}")
    for each in figures:
        typer.echo(_figures(each))


@app.command("run-due")
def run_due() -> None:
    """Does once what the worker does all the time: reminders, expiry, retention, and what waits in the outbox."""
    services = wiring.services()
    for name, count in wiring.build_timekeeper(services).run_all().items():
        typer.echo(f"{name:36} {count}")
    typer.echo(f"{'outbox items tried':36} {asyncio.run(_outbox(services))}")


async def _outbox(services: Services) -> int:
    worker, tried = wiring.build_worker(services), 0
    while True:
        batch = await worker.run_once()
        if not batch:
            return tried
        tried += batch


def _state(text: str) -> RequestState | None:
    try:
        return RequestState(text) if text else None
    except ValueError:
        raise InvalidInput(f"There is no such state. It is one of: {', '.join(RequestState)}.") from None


def _rows(services: Services, wanted: QueueFilter) -> Iterator[QueueRow]:
    after = None
    while True:
        with services.transactions() as uow:
            page = uow.queue.page(wanted, after, PAGE)
        yield from page
        if len(page) < PAGE:
            return
        after = page[-1].position


def _line(row: QueueRow, now: datetime) -> str:
    request, left = row.request, row.days_left(now)
    when = "" if not request.open else f"{left} days left" if left >= 0 else f"{-left} days OVERDUE"
    who = request.mailbox or row.email
    facts = (request.type.value, request.state.value, f"{request.due_at:%Y-%m-%d}", mask_email(who) if who else "-")
    return f"{request.reference:16}  {facts[0]:14}  {facts[1]:21}  {facts[2]}  {facts[3]:24}  {when}".rstrip()


def _facts(uow: UnitOfWork, request: PrivacyRequest) -> Iterator[tuple[str, str]]:
    yield "reference", request.reference
    yield "kind", request.type.value
    yield "state", request.state.value + (f" ({request.reason})" if request.reason else "")
    yield "by", request.channel
    yield "mailbox", mask_email(request.mailbox) if request.mailbox else "-"
    moments = {
        "received": request.received_at,
        "acknowledge by": request.acknowledge_by,
        "due": request.due_at,
        "verified": request.verified_at,
        "acknowledged": request.acknowledged_at,
        "extended": request.extended_at,
        "on hold since": request.held_at,
        "scheduled for": request.scheduled_for,
        "closed": request.closed_at,
    }
    for name, moment in moments.items():
        if moment is not None:
            yield name, f"{moment:%Y-%m-%d %H:%M} UTC"
    for approval in uow.approvals.of(request.id):
        yield "approved", f"{approval.at:%Y-%m-%d %H:%M} UTC by {approval.name}"
    for receipt in uow.receipts.of(request.id):
        yield "erased", f"{receipt.store}: {'done' if receipt.erased is None else receipt.erased}"


def _figures(year: YearOfType) -> str:
    denied = ", ".join(f"{reason} {count}" for reason, count in sorted(year.denied.items()))
    parts = [
        f"{year.type.value:14}",
        f"received {year.received}",
        f"complied with {year.complied}",
        f"denied {sum(year.denied.values())}" + (f" ({denied})" if denied else ""),
        f"taken back {year.revoked}",
        f"canceled {year.canceled}",
        f"expired {year.expired}",
        f"duplicate {year.duplicate}",
        f"open {year.open}",
    ]
    if year.mean_days is not None:
        parts.append(f"days to answer: mean {year.mean_days}, median {year.median_days}")
    return "  ".join(parts)
