"""Who may sign in to the console."""

from __future__ import annotations

import typer

from bot import wiring
from bot.domain.staff import INVITATION_LIFETIME, Role

app = typer.Typer(no_args_is_help=True, help=__doc__)


@app.command()
def add(email: str, name: str, role: Role = Role.AGENT) -> None:
    """Invites somebody; prints the address to give them, good for two days and one use."""
    _invitation(wiring.services().console.staff.add(email, name, role))


@app.command()
def reset(email: str) -> None:
    """Voids password, second factor, recovery codes and sessions, and invites again."""
    _invitation(wiring.services().console.staff.reset(email))


@app.command()
def disable(email: str) -> None:
    """Ends every session at once; nobody signs in with this address until it is reset."""
    wiring.services().console.staff.disable(email)
    typer.echo("Disabled.")


def _invitation(token: str) -> None:
    hours = INVITATION_LIFETIME.total_seconds() / 3600
    typer.echo(f"Give them this address, by a way only they can read. It is good for {hours:.0f} hours, once:")
    typer.echo(f"{wiring.services().config.public_url}/console/join/{token}")
