"""A small SMTP or LMTP server for our own addresses: mail is in the database before it is accepted."""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Collection
from dataclasses import dataclass

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

from bot.config import Config
from bot.domain.errors import ConfigurationError, StorageBusy
from bot.domain.identity import normalise_email
from bot.mail.intake.store import MailStore
from bot.services.mail_ports import ReplyAddresses

logger = logging.getLogger(__name__)
# aiosmtpd logs every command, and with it every address.
logging.getLogger("mail.log").setLevel(logging.WARNING)

MAX_RECIPIENTS = 20
_PATIENCE = 120.0
"""Seconds a client may be silent."""


@dataclass(frozen=True)
class Door:
    """What the server does with each command; never a relay."""

    store: MailStore
    addresses: ReplyAddresses
    own: Collection[str]

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Takes mail for our addresses only."""
        if len(envelope.rcpt_tos) >= MAX_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        if not self._ours(normalise_email(address)):
            return "550 5.1.1 There is no such address here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Says OK when the mail is committed, and not before."""
        raw = envelope.content if isinstance(envelope.content, bytes) else b""
        sender = "" if envelope.mail_from in (None, "<>") else str(envelope.mail_from)
        try:
            await asyncio.to_thread(self.store.keep, raw, "listener", sender, tuple(envelope.rcpt_tos))
        except StorageBusy:
            return "451 4.3.0 Please try again later"
        return "250 OK"

    async def handle_exception(self, error: Exception) -> str:
        """Logs what aiosmtpd could not make sense of; the client may try again."""
        logger.warning("mail listener: %s", type(error).__name__)
        return "451 4.3.0 Please try again later"

    def _ours(self, address: str) -> bool:
        local, _, domain = address.partition("@")
        return (
            address in self.own
            or self.addresses.thread(address) is not None
            or f"{local.partition('+')[0]}@{domain}" in self.own
        )


async def serve(config: Config, door: Door, stop: asyncio.Event) -> None:
    """Listens until `stop` is set. Several workers may share the port.

    Raises:
        ConfigurationError: the port or the certificate cannot be used.
    """
    tls = _tls(config)
    loop = asyncio.get_running_loop()
    kind = LMTP if config.mail_listen_protocol == "lmtp" else SMTP

    def session() -> SMTP:
        return kind(
            door,
            data_size_limit=config.mail_max_bytes,
            enable_SMTPUTF8=True,
            auth_exclude_mechanism=("LOGIN", "PLAIN"),
            hostname=config.reply_domain,
            ident="ESMTP",
            tls_context=tls,
            timeout=_PATIENCE,
            loop=loop,
        )

    try:
        server = await loop.create_server(
            session, config.mail_listen_host, config.mail_listen_port, reuse_port=True, start_serving=True
        )
    except OSError as error:
        raise ConfigurationError(f"MAIL_LISTEN_PORT: cannot listen on {config.mail_listen_port}: {error}") from None
    logger.info("mail listener on %s:%s", config.mail_listen_host, config.mail_listen_port)
    async with server:
        await stop.wait()


def _tls(config: Config) -> ssl.SSLContext | None:
    if not config.mail_tls_cert:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(config.mail_tls_cert, config.mail_tls_key or None)
    except (OSError, ssl.SSLError) as error:
        raise ConfigurationError(f"MAIL_TLS_CERT, MAIL_TLS_KEY: {error}") from None
    return context
