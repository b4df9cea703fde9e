"""The mail inbox, from the terminal."""

from __future__ import annotations

import asyncio
from datetime import datetime, timezone
from pathlib import Path

import typer

from bot import wiring
from bot.domain.accounts import is_email
from bot.domain.errors import InvalidInput, NotFound
from bot.domain.identity import normalise_email
from bot.domain.mail import Attachment, InboundMail, MailState, StoredMail
from bot.domain.messages import Letter
from bot.mail.inbound.parse import fingerprint
from bot.mail.transport import mailer

app = typer.Typer(no_args_is_help=True, help=__doc__)
SHOWN = 10
_FOR_PEOPLE = (MailState.HELD, MailState.LOOPED, MailState.DEAD)


@app.command("send-test")
def send_test(to: str) -> None:
    """Sends one mail to an address at once, and says how it went."""
    settings = wiring.services().config
    if not is_email(to):
        raise InvalidInput("That does not look like an e-mail address.")
    text = f"If you can read this, mail from the {settings.company} Privacy Assistant arrives.\n"
    now = datetime.now(timezone.utc)
    letter = Letter(to, "A test of the Privacy Assistant's mail", text, reply_to=settings.desk_address)
    try:
        asyncio.run(mailer(settings).send(letter, key=f"test:{now.isoformat()}"))
    except (OSError, asyncio.TimeoutError) as error:
        raise InvalidInput(f"It could not be sent: {error}") from None
    where = settings.smtp_host or f"{settings.maildir}/new"
    typer.echo(f"Sent by way of {where}.")


@app.command()
def replay(file: Path) -> None:
    """Shows what would happen to a mail in a file. Changes nothing and sends nothing."""
    services = wiring.services()
    desk = wiring.build_mail_desk(services)
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise NotFound(f"{file}: {error.strerror}") from None
    stored = StoredMail(0, fingerprint(raw), str(file), raw, None, (), services.clock.now())
    mail = desk.reader.read(raw)
    with services.transactions() as uow:
        verdict = desk.gate.judge(uow, stored, mail)
    for line in _described(mail):
        typer.echo(line)
    fate = "answered" if verdict.state is MailState.WAITING else verdict.state.value
    typer.echo(f"it would be   {fate}: {verdict.reason}")
    if verdict.thread:
        typer.echo(f"thread        {verdict.thread.reference}, of {verdict.thread.sender}")


@app.command()
def status() -> None:
    """How many mails wait, were answered or need a person, and the newest of the latter."""
    services = wiring.services()
    with services.transactions() as uow:
        counts, suppressed = uow.mail_inbox.counts(), uow.suppressions.count()
        shown = {state: uow.mail_inbox.page(state, None, SHOWN) for state in _FOR_PEOPLE}
    for state in MailState:
        typer.echo(f"{state.value:10} {counts.get(state, 0)}")
    typer.echo(f"{'suppressed':10} {suppressed} addresses")
    for state, rows in shown.items():
        for row in rows:
            sender = f", sender {row.check.value}" if row.check else ""
            typer.echo(f"{state.value}: mail {row.id} of {row.arrived_at:%Y-%m-%d %H:%M}{sender}: {row.reason}")


@app.command()
def show(number: int) -> None:
    """Prints a mail that is held, looped or dead, as it came; for the people who answer those."""
    with wiring.services().transactions() as uow:
        found = uow.mail_inbox.one(number)
    if found is None or found[0].state not in _FOR_PEOPLE:
        raise NotFound(f"No mail {number} is held or dead.")
    if not found[1].raw:
        raise NotFound(f"Mail {number} was kept for as long as it may be; only that it came is still known.")
    typer.echo(found[1].raw.decode("utf-8", "replace"))


@app.command()
def allow(address: str) -> None:
    """Sends to an address again that was taken out of use after a bounce."""
    services = wiring.services()
    with services.transactions() as uow:
        found = uow.suppressions.remove(normalise_email(address))
        uow.commit()
    if not found:
        raise NotFound(f"{address} was not taken out of use.")
    typer.echo(f"Mail goes to {address} again.")


def _described(mail: InboundMail) -> list[str]:
    lines = [
        f"from          {mail.sender or 'nobody in particular'} ({mail.check.value})",
        f"subject       {mail.subject}",
        f"in reply to   {', '.join(mail.reply_ids) or 'nothing'}",
        *(f"asks          {ask}" for ask in mail.asks),
        *(
            f"attachment    {entry.name} ({entry.type}, {entry.size:,} bytes): {_fate(entry)}"
            for entry in mail.attachments
        ),
        *(f"defect        {defect}" for defect in mail.defects),
    ]
    if mail.bounce:
        lines.append(f"bounce        {mail.bounce.recipient}: {mail.bounce.status}")
    return lines


def _fate(attachment: Attachment) -> str:
    return "listed, not opened" if attachment.wanted else "more than an inbox should take; listed, not opened"
