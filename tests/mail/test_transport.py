"""Mail over a real SMTP server and into a real Maildir."""

from __future__ import annotations

import mailbox
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from bot.config import Config
from bot.domain.errors import MailRefused
from bot.mail.render import render
from bot.mail.transport import MaildirMailer, SmtpMailer

TEMPLATES = sorted(path.stem for path in Path("bot/mail/templates").glob("*.txt"))
VALUES = {
    name: f"<{name}>"
    for name in ("code", "reference", "received", "due", "account", "link", "new", "conversation", "mailbox")
}


@dataclass
class Inbox:
    """What the server took."""

    envelopes: list[Envelope] = field(default_factory=list)
    answer: str = "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.startswith("nobody"):
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.envelopes.append(envelope)
        return self.answer


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def server(inbox: Inbox) -> Iterator[Controller]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(inbox, hostname="127.0.0.1", port=port)
    controller.start()
    yield controller
    controller.stop()


@pytest.fixture
def mailer(server: Controller) -> SmtpMailer:
    return SmtpMailer(Config(smtp_host="127.0.0.1", smtp_port=server.port, smtp_tls="none"))


async def test_smtp_carries_an_automatic_mail_from_nobody(mailer: SmtpMailer, inbox: Inbox) -> None:
    await mailer.send("anna@example.com", "Grüße", "Hello — “you”\n", key="k1")
    await mailer.send("anna@example.com", "Grüße", "Hello — “you”\n", key="k1")
    first, second = (message_from_bytes(bytes(e.content or b""), policy=default) for e in inbox.envelopes)
    assert inbox.envelopes[0].mail_from == "<>"
    assert first["Auto-Submitted"] == "auto-generated"
    assert first["Subject"] == "Grüße"
    assert first.get_content().strip() == "Hello — “you”"
    assert first["Message-ID"] == second["Message-ID"]


async def test_a_refused_mailbox_is_refused_for_good(mailer: SmtpMailer) -> None:
    with pytest.raises(MailRefused):
        await mailer.send("nobody@example.com", "s", "t", key="k")


@pytest.mark.parametrize(("answer", "error"), [("554 no", MailRefused), ("451 later", OSError)])
async def test_what_the_server_answers_decides(
    mailer: SmtpMailer, inbox: Inbox, answer: str, error: type[Exception]
) -> None:
    inbox.answer = answer
    with pytest.raises(error):
        await mailer.send("anna@example.com", "s", "t", key="k")


async def test_a_server_that_is_away_is_for_later() -> None:
    away = SmtpMailer(Config(smtp_host="127.0.0.1", smtp_port=1, smtp_tls="none"))
    with pytest.raises(OSError, match="mail server"):
        await away.send("anna@example.com", "s", "t", key="k")


async def test_a_header_cannot_be_injected(mailer: SmtpMailer, inbox: Inbox) -> None:
    await mailer.send("anna@example.com", "Hello\r\nBcc: eve@example.com", "t", key="k")
    message = message_from_bytes(bytes(inbox.envelopes[0].content or b""), policy=default)
    assert message["Bcc"] is None


async def test_a_maildir_holds_each_mail_once(tmp_path: Path) -> None:
    mailer = MaildirMailer("Desk <desk@example.com>", tmp_path / "mail")
    for key in ("k1", "k1", "k2"):
        await mailer.send("anna@example.com", "s", "t", key=key)
    assert len(list(mailbox.Maildir(tmp_path / "mail"))) == 2


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_template_renders_with_a_subject_and_a_way_out(template: str) -> None:
    letter = render({"to": "a@b.c", "template": template, "values": VALUES}, "Example Ltd", "help@b.c", "555-0100")
    assert letter.subject
    assert "Subject" not in letter.subject
    assert "Outsource" not in letter.subject + letter.text, "the company's name comes from the configuration"
    if template not in ("handoff", "deletion_for_support"):
        assert "help@b.c" in letter.text
