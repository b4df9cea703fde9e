"""Sends mail: over SMTP where a server is configured, else into a Maildir that a developer can open."""

from __future__ import annotations

import asyncio
import hashlib
import re
import uuid
from email.headerregistry import BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import formatdate, parseaddr
from pathlib import Path

import aiosmtplib

from bot.config import Config
from bot.domain.errors import AddressRefused, MailRefused
from bot.domain.mail import dead_address
from bot.domain.messages import Letter
from bot.services.mail_ports import Mailer

_HEADER_BREAK = re.compile(r"[\x00-\x1f\x7f]+")
_STATUS = re.compile(r"\b5\.\d{1,3}\.\d{1,3}\b")
_NO_SUCH_MAILBOX = (550, 551, 553)
_TIMEOUT = 30.0


class _Ids(UnstructuredHeader, BaseHeader):
    """Message-IDs, one a line: the library would encode long ones, and then no mail program finds the thread."""

    def fold(self, *, policy: Policy) -> str:
        lines = f"{policy.linesep} ".join(str(self).split())
        return f"{self.name}: {lines}{policy.linesep}"


def _headers() -> HeaderRegistry:
    registry = HeaderRegistry()
    for name in ("in-reply-to", "references"):
        registry.map_to_type(name, _Ids)
    return registry


_POLICY = SMTP.clone(header_factory=_headers())


def message_id(sender: str, key: str) -> str:
    """The Message-ID of the mail with this key, without angle brackets."""
    domain = parseaddr(sender)[1].partition("@")[2] or "localhost"
    return f"{hashlib.sha256(key.encode()).hexdigest()[:32]}@{domain}"


def compose(sender: str, letter: Letter, key: str) -> EmailMessage:
    """One mail, marked as automatic unless a person wrote it (RFC 3834 §3, §5).

    Args:
        key: makes the Message-ID, so that a retry carries the same one.
    """
    message = EmailMessage(policy=_POLICY)
    message["From"] = sender
    message["To"] = _one_line(letter.to)
    message["Subject"] = _one_line(letter.subject)
    message["Date"] = formatdate(localtime=False)
    message["Message-ID"] = f"<{message_id(sender, key)}>"
    if not letter.written:
        message["Auto-Submitted"] = "auto-replied" if letter.answers else "auto-generated"
    if letter.reply_to:
        message["Reply-To"] = letter.reply_to
    if letter.in_reply_to:
        message["In-Reply-To"] = f"<{_one_line(letter.in_reply_to)}>"
    if letter.references:
        message["References"] = " ".join(f"<{_one_line(reference)}>" for reference in letter.references)
    message.set_content(letter.text, cte="quoted-printable")
    if letter.html:
        message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    return message


class SmtpMailer:
    """A configured server, over one connection that is kept open between mails.

    The envelope sender is null for notices, so that nobody's auto-reply comes back (RFC 3834 §3.3), and the thread's
    own address for answers, so that a delivery report finds its thread.
    """

    def __init__(self, config: Config) -> None:
        self._sender = config.mail_from
        password = config.smtp_password.get_secret_value()
        self._user, self._password = config.smtp_user or None, password or None
        self._client = aiosmtplib.SMTP(
            hostname=config.smtp_host,
            port=config.smtp_port,
            use_tls=config.smtp_tls == "tls",
            start_tls=config.smtp_tls == "starttls",
            username=self._user,
            password=self._password,
            timeout=_TIMEOUT,
        )
        self._one_at_a_time = asyncio.Lock()

    async def send(self, letter: Letter, *, key: str) -> None:
        message = compose(self._sender, letter, key)
        try:
            async with self._one_at_a_time:
                await self._connect()
                await self._client.send_message(message, sender=letter.bounce_to, recipients=[letter.to])
        except aiosmtplib.SMTPRecipientsRefused as error:
            raise _refusal(error.recipients[0].code, error.recipients[0].message) from None
        except aiosmtplib.SMTPResponseException as error:
            if 500 <= error.code < 600 and not isinstance(error, aiosmtplib.SMTPAuthenticationError):
                raise MailRefused("the receiving server refused the mail") from None
            raise OSError("the mail server answered with an error") from None
        except aiosmtplib.SMTPException as error:
            self._client.close()
            raise OSError(f"the mail server could not be used: {type(error).__name__}") from None

    async def _connect(self) -> None:
        """A connection that answers: servers hang up on one that was idle for long."""
        if self._client.is_connected:
            try:
                await self._client.rset()
                return
            except aiosmtplib.SMTPException:
                self._client.close()
        await self._client.connect()


def _refusal(code: int, words: str) -> Exception:
    if not 500 <= code < 600:
        return OSError("the receiving server asks to try later")
    status = _STATUS.search(words)
    if dead_address(status.group()) if status else code in _NO_SUCH_MAILBOX:
        return AddressRefused("the receiving server says that there is no such address")
    return MailRefused("the receiving server refused the recipient")


class MaildirMailer:
    """A directory in Maildir form; any mail client opens it. A retry finds its mail by name and adds none."""

    def __init__(self, sender: str, path: Path) -> None:
        self._sender, self._path = sender, path

    async def send(self, letter: Letter, *, key: str) -> None:
        await asyncio.to_thread(self._deliver, compose(self._sender, letter, key).as_bytes(), key)

    def _deliver(self, raw: bytes, key: str) -> None:
        for folder in ("tmp", "new", "cur"):
            (self._path / folder).mkdir(parents=True, exist_ok=True)
        name = hashlib.sha256(key.encode()).hexdigest()[:32]
        if (self._path / "new" / name).exists() or any((self._path / "cur").glob(f"{name}*")):
            return
        draft = self._path / "tmp" / uuid.uuid4().hex
        draft.write_bytes(raw)
        draft.rename(self._path / "new" / name)


def mailer(config: Config) -> Mailer:
    """The transport this deployment asks for."""
    return SmtpMailer(config) if config.smtp_host else MaildirMailer(config.mail_from, config.maildir)


def _one_line(value: str) -> str:
    return _HEADER_BREAK.sub(" ", value)
