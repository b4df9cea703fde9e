"""Accounts to play with."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone

import typer

from bot import wiring
from bot.domain.accounts import Account
from bot.domain.errors import ConfigurationError
from bot.domain.staff import Role
from bot.wiring import Services

PASSWORD = "correct horse battery staple"  # noqa: S105 - public on purpose, refused in production
SUPERVISOR = "dana@desk.example"
_JOINED = datetime(2015, 4, 1, tzinfo=timezone.utc)
PEOPLE = (
    Account(
        id="demo-client",
        email="clara@example.com",
        created_at=_JOINED,
        full_name="Clara Client",
        phone="+1 202 555 0143",
        street_address="12 Elm Street, Springfield",
        facebook_user="10200000000000001",
    ),
    Account(
        id="demo-freelancer",
        email="finn@example.com",
        created_at=_JOINED,
        full_name="Finn Freelancer",
        phone="+1 202 555 0178",
        street_address="7 Oak Lane, Shelbyville",
        company_name="Finn Builds Websites",
        website="https://finn.example.com",
        company_description="Small shops online in a week.",
        facebook_user="10200000000000002",
    ),
)


def demo() -> None:
    """Creates two accounts and an invitation to the console, and prints them; no accounts where those are a site's."""
    services = wiring.services()
    if services.config.production:
        raise ConfigurationError("Demo accounts have a public password and are not made in production.")
    if services.site.external:
        typer.echo(f"  The accounts are those of {services.config.site_api_url}; no demo accounts were made.")
        return
    for person in PEOPLE:
        there = _seed(services, person)
        typer.echo(f"  {person.email}   {f'password: {PASSWORD}' if there else 'was deleted; make clean starts anew'}")
    typer.echo(f"  Mails are written to {services.config.maildir}/new")
    if invitation := _invite(services):
        typer.echo(f"  The console, for you as a supervisor: {services.config.public_url}/console/join/{invitation}")


def _invite(services: Services) -> str | None:
    """A link to join the console, until it is taken up."""
    staff = services.console.staff
    with services.transactions() as uow:
        member = uow.staff.by_email(SUPERVISOR)
    if member is None:
        return staff.add(SUPERVISOR, "Dana Demo", Role.SUPERVISOR)
    return staff.reset(SUPERVISOR) if member.invitation else None


def _seed(services: Services, person: Account) -> bool:
    """Whether the account can be signed in to."""
    now = services.clock.now()
    with services.transactions() as uow:
        known = uow.accounts.by_id(person.id)
    if known is not None:
        return not known.erased
    stored = replace(person, password_hash=services.hasher.password(PASSWORD))
    with services.transactions() as uow:
        uow.accounts.add(stored)
        for key in ("facebook_advice", "facebook_recommendations"):
            uow.preferences.put(person.id, key, True, now)
        uow.commit()
    return True
