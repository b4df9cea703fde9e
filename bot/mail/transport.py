"""Sends mail: over SMTP where a server is configured, else into a Maildir that a developer can open."""

from __future__ import annotations

import asyncio
import hashlib
import mailbox
import re
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, parseaddr
from pathlib import Path

import aiosmtplib

from bot.config import Config
from bot.domain.errors import MailRefused
from bot.services.ports import Mailer

_HEADER_BREAK = re.compile(r"[\r\n\x00]+")


def compose(sender: str, to: str, subject: str, text: str, key: str) -> EmailMessage:
    """One automatic mail (RFC 3834 §5): `key` makes the Message-ID, so that a retry carries the same one."""
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = _HEADER_BREAK.sub(" ", to)
    message["Subject"] = _HEADER_BREAK.sub(" ", subject)
    message["Date"] = formatdate(localtime=False)
    domain = parseaddr(sender)[1].partition("@")[2] or "localhost"
    message["Message-ID"] = f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    return message


@dataclass(frozen=True)
class SmtpMailer:
    """A configured server; the envelope sender is null, so that nobody's auto-reply comes back (RFC 3834 §3.3)."""

    config: Config

    async def send(self, to: str, subject: str, text: str, *, key: str) -> None:
        message = compose(self.config.mail_from, to, subject, text, key)
        password = self.config.smtp_password.get_secret_value()
        try:
            await aiosmtplib.send(
                message,
                sender="",
                recipients=[to],
                hostname=self.config.smtp_host,
                port=self.config.smtp_port,
                username=self.config.smtp_user or None,
                password=password or None,
                use_tls=self.config.smtp_tls == "tls",
                start_tls=self.config.smtp_tls == "starttls",
                timeout=30,
            )
        except aiosmtplib.SMTPRecipientsRefused as error:
            if all(500 <= refusal.code < 600 for refusal in error.recipients):
                raise MailRefused("the receiving server refused the address") from None
            raise OSError("the receiving server asks to try later") from None
        except aiosmtplib.SMTPResponseException as error:
            if 500 <= error.code < 600 and not isinstance(error, aiosmtplib.SMTPAuthenticationError):
                raise MailRefused("the receiving server refused the mail") from None
            raise OSError("the mail server answered with an error") from None
        except aiosmtplib.SMTPException as error:
            raise OSError(f"the mail server could not be used: {type(error).__name__}") from None


@dataclass(frozen=True)
class MaildirMailer:
    """A directory in Maildir form; any mail client opens it."""

    sender: str
    path: Path

    async def send(self, to: str, subject: str, text: str, *, key: str) -> None:
        await asyncio.to_thread(self._deliver, compose(self.sender, to, subject, text, key))

    def _deliver(self, message: EmailMessage) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        folder = mailbox.Maildir(self.path, create=True)
        known = message["Message-ID"]
        if any(stored["Message-ID"] == known for stored in folder):
            return
        folder.add(message)


def mailer(config: Config) -> Mailer:
    """The transport this deployment asks for."""
    return SmtpMailer(config) if config.smtp_host else MaildirMailer(config.mail_from, config.maildir)
