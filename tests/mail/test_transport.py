"""Mail over a real SMTP server and into a real Maildir."""

from __future__ import annotations

import mailbox
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from bot.config import Config
from bot.domain.errors import AddressRefused, MailRefused
from bot.domain.messages import Letter
from bot.mail.render import render
from bot.mail.transport import MaildirMailer, SmtpMailer, compose

TEMPLATES = sorted(path.stem for path in Path("bot/mail/templates").glob("*.txt"))
VALUES = {
    name: f"<{name}>"
    for name in (
        *("code", "reference", "received", "due", "account", "link", "new", "conversation", "mailbox"),
        *("subject", "attachments", "more", "state", "reason", "name", "event", "texts", "what"),
        *("kind", "scheduled", "download", "until", "because", "explanation", "stores", "acknowledge"),
    )
}
FOR_STAFF = {
    *("handoff", "mail_alert", "site_refused", "deletion_for_support", "child_deletion_for_support"),
    *("request_due_soon", "request_overdue", "request_failed", "request_unacknowledged"),
}
SECTION = {"ask": "Why?", "texts": ["Because\nof <this>.\n\nReally."], "choices": ["Yes, do"]}


def letter(subject: str = "s", text: str = "t", **more: Any) -> Letter:
    return Letter("anna@example.com", subject, text, **more)


@dataclass
class Inbox:
    """What the server took."""

    envelopes: list[Envelope] = field(default_factory=list)
    answer: str = "250 OK"
    hang_up: bool = False
    peers: set[Any] = field(default_factory=set)

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.startswith("nobody"):
            return "550 no such mailbox"
        if address.startswith("full"):
            return "552 5.2.2 mailbox full"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.envelopes.append(envelope)
        self.peers.add(session.peer)
        return self.answer

    async def handle_RSET(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.hang_up:
            server.transport.close()
        return "250 OK"

    def sessions(self) -> int:
        return len(self.peers)


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
    await mailer.send(letter("Grüße", "Hello — “you”\n"), key="k1")
    await mailer.send(letter("Grüße", "Hello — “you”\n"), key="k1")
    first, second = (message_from_bytes(bytes(e.content or b""), policy=default) for e in inbox.envelopes)
    assert inbox.envelopes[0].mail_from == "<>"
    assert first["Auto-Submitted"] == "auto-generated"
    assert first["Subject"] == "Grüße"
    assert first.get_content().strip() == "Hello — “you”"
    assert first["Message-ID"] == second["Message-ID"]


async def test_a_refused_mailbox_is_refused_for_good(mailer: SmtpMailer) -> None:
    with pytest.raises(MailRefused):
        await mailer.send(Letter("nobody@example.com", "s", "t"), key="k")


async def test_an_address_that_does_not_exist_is_told_from_a_mail_that_is_not_wanted(mailer: SmtpMailer) -> None:
    with pytest.raises(AddressRefused):
        await mailer.send(Letter("nobody@example.com", "s", "t"), key="k")
    with pytest.raises(MailRefused) as refusal:
        await mailer.send(Letter("full@example.com", "s", "t"), key="k")
    assert not isinstance(refusal.value, AddressRefused)


async def test_an_answer_carries_its_thread_and_both_kinds_of_text(mailer: SmtpMailer, inbox: Inbox) -> None:
    answer = letter(
        html="<p>t</p>",
        reply_to="privacy+t@example.com",
        in_reply_to="q@example.com",
        references=("p@example.com", "q@example.com"),
        answers=True,
        bounce_to="privacy+t@example.com",
    )
    await mailer.send(answer, key="k")
    message = message_from_bytes(bytes(inbox.envelopes[0].content or b""), policy=default)
    assert inbox.envelopes[0].mail_from == "privacy+t@example.com"
    assert message["Auto-Submitted"] == "auto-replied"
    assert (message["In-Reply-To"], message["Reply-To"]) == ("<q@example.com>", "privacy+t@example.com")
    assert message["References"] == "<p@example.com> <q@example.com>"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]


async def test_one_connection_carries_many_mails_and_a_new_one_follows_a_lost_one(
    mailer: SmtpMailer, inbox: Inbox
) -> None:
    for key in ("a", "b"):
        await mailer.send(letter(), key=key)
    assert inbox.sessions() == 1
    inbox.hang_up = True
    await mailer.send(letter(), key="c")
    assert len(inbox.envelopes) == 3


@pytest.mark.parametrize(("answer", "error"), [("554 no", MailRefused), ("451 later", OSError)])
async def test_what_the_server_answers_decides(
    mailer: SmtpMailer, inbox: Inbox, answer: str, error: type[Exception]
) -> None:
    inbox.answer = answer
    with pytest.raises(error):
        await mailer.send(letter(), key="k")


async def test_a_server_that_is_away_is_for_later() -> None:
    away = SmtpMailer(Config(smtp_host="127.0.0.1", smtp_port=1, smtp_tls="none"))
    with pytest.raises(OSError, match="mail server"):
        await away.send(letter(), key="k")


async def test_a_header_cannot_be_injected(mailer: SmtpMailer, inbox: Inbox) -> None:
    await mailer.send(letter("Hello\r\nBcc: eve@example.com"), key="k")
    message = message_from_bytes(bytes(inbox.envelopes[0].content or b""), policy=default)
    assert message["Bcc"] is None


async def test_a_maildir_holds_each_mail_once(tmp_path: Path) -> None:
    mailer = MaildirMailer("Desk <desk@example.com>", tmp_path / "mail")
    for key in ("k1", "k1", "k2"):
        await mailer.send(letter(), key=key)
    assert len(list(mailbox.Maildir(tmp_path / "mail"))) == 2


def test_long_message_ids_leave_as_they_came() -> None:
    outlook = f"AM0PR04MB{'0123456789ABCDEF' * 4}@AM0PR04MB1234.eurprd04.prod.outlook.com"
    raw = compose("Desk <desk@example.com>", letter(in_reply_to=outlook, references=(outlook,) * 20), "k").as_bytes()
    assert f"In-Reply-To: <{outlook}>\r\n".encode() in raw
    assert raw.count(f" <{outlook}>\r\n".encode()) == 21
    assert max(map(len, raw.split(b"\r\n"))) < 998, "RFC 5322 §2.1.1"


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_template_renders_with_a_subject_and_a_way_out(template: str) -> None:
    letter = render(
        {
            "to": "a@b.c",
            "template": template,
            "values": {**VALUES, "sections": [SECTION], "gone": ["a"], "kept": ["b"]},
        },
        "Example Ltd",
        "help@b.c",
        "555-0100",
    )
    assert letter.subject
    assert "Subject" not in letter.subject
    assert "Outsource" not in letter.subject + letter.text, "the company's name comes from the configuration"
    if template not in FOR_STAFF:
        assert "help@b.c" in letter.text
