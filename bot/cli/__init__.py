"""The command line: `python -m bot …`."""

from __future__ import annotations

import sys

import typer

from bot.cli import agents, ask, audit, demo, doctor, evaluate, lookup, mail, policy, processes, requests
from bot.domain.errors import PrivacyDeskError

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
app.command()(ask.ask)
app.command()(ask.chat)
app.command()(processes.train)
app.command()(processes.tune)
app.command()(processes.migrate)
app.command()(processes.web)
app.command()(processes.worker)
app.command()(processes.announce)
app.command()(demo.demo)
app.command()(doctor.doctor)
app.command()(lookup.lookup)
app.add_typer(agents.app, name="agents")
app.add_typer(audit.app, name="audit")
app.add_typer(evaluate.app, name="eval")
app.add_typer(policy.app, name="policy")
app.add_typer(mail.app, name="mail")
app.add_typer(requests.app, name="requests")


def main() -> None:
    """Runs a command; an error raised on purpose is one line, never a traceback."""
    try:
        app()
    except PrivacyDeskError as error:
        print(f"{error}", file=sys.stderr)
        sys.exit(1)
