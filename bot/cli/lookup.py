"""The console's look-up box, for the terminal."""

from __future__ import annotations

import typer

from bot import wiring
from bot.cli.ask import text_of
from bot.domain.errors import NotFound
from bot.domain.identity import normalise_email
from bot.domain.staff import Permission, StaffMember
from bot.services.console.lookup import Found
from bot.services.console.people import PersonCard
from bot.wiring import Services


def lookup(
    text: str,
    me: str = typer.Option("", "--as", envvar="DESK_STAFF", help="Your staff address; what you see goes on record."),
) -> None:
    """A question; with --as also a request number, an e-mail address or a name."""
    services = wiring.services()
    if me:
        found = services.console.lookup.find(_staff(services, me), text)
    else:
        found = Found(text, answers=services.policy.answer(text))
    for line in _lines(found, services):
        typer.echo(line)


def _staff(services: Services, email: str) -> StaffMember:
    with services.transactions() as uow:
        member = uow.staff.by_email(normalise_email(email))
    if member is None or not member.active or not member.role.may(Permission.SERVE):
        raise NotFound("Nobody with that address may look people up.")
    return member


def _lines(found: Found, services: Services) -> list[str]:
    now = services.clock.now()
    lines = [f"Nobody here has {found.missing}."] if found.missing else []
    lines += [text_of(answer) for answer in found.answers]
    lines += [f"{person.full_name}  {person.email}" for person in found.names]
    if found.overdue is not None:
        lines += [f"{row.request.reference}  {-row.days_left(now)} days overdue  {row.email}" for row in found.overdue]
        lines += [] if found.overdue else ["Nothing is overdue."]
    return lines + (_card(found.person) if found.person else [])


def _card(card: PersonCard) -> list[str]:
    lines = [f"{card.account.full_name}  {card.account.email}"]
    lines += [f"  {'on ' if on else 'off'}  {setting.title}" for setting, on in card.settings.items()]
    lines += [f"  {r.reference}  {r.state.value}  due {r.due_at:%d %B %Y}" for r in card.requests]
    return lines
