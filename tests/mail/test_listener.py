"""The SMTP and LMTP listener: mail is in the database before it is accepted, and for our addresses only."""

from __future__ import annotations

import asyncio
import smtplib
import ssl
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.config import Config
from bot.domain.errors import ConfigurationError, StorageBusy
from bot.domain.mail import MailState
from bot.mail.intake.listener import MAX_RECIPIENTS, serve
from bot.storage.unit_of_work import SqlTransactions
from bot.wiring import build_mail_desk, build_services
from tests.fakes_world import FakePolicy
from tests.mail.conftest import FlowBot
from tests.mail.eml.case import OWN, QUESTION, mail
from tests.mail.server import free_port


class Listening:
    """A listener, and a client to it."""

    def __init__(self, config: Config) -> None:
        self.config = config
        services = build_services(config, bot=FlowBot(), policy=FakePolicy())
        self.desk = build_mail_desk(services)
        self.transactions = services.transactions

    async def send(self, raw: bytes, *to: str, sender: str = "anna@example.com", kind: Any = smtplib.SMTP) -> Any:
        """Sends a mail; what the server said at the end."""

        def talk() -> Any:
            with kind("127.0.0.1", self.config.mail_listen_port) as client:
                try:
                    return client.sendmail(sender, to or (OWN,), raw)
                except smtplib.SMTPResponseException as error:
                    return error.smtp_code
                except smtplib.SMTPRecipientsRefused as error:
                    return next(iter(error.recipients.values()))[0]

        return await asyncio.to_thread(talk)

    def stored(self) -> int:
        with self.transactions() as uow:
            return uow.mail_inbox.counts().get(MailState.WAITING, 0)


Open = Callable[..., Any]


@pytest.fixture
def open_listener(sqlite_url: str) -> Open:
    @asynccontextmanager
    async def opened(**changes: Any) -> AsyncIterator[Listening]:
        values = {"database_url": sqlite_url, "mail_address": OWN, "mail_listen_port": free_port(), **changes}
        listening, stop = Listening(Config(**values)), asyncio.Event()
        job = asyncio.ensure_future(serve(listening.config, listening.desk.door, stop))
        await asyncio.sleep(0.1)
        try:
            yield listening
        finally:
            stop.set()
            await job

    return opened


async def test_what_was_accepted_is_in_the_database(open_listener: Open) -> None:
    async with open_listener() as door:
        assert await door.send(mail(QUESTION)) == {}
        assert door.stored() == 1
        await door.send(mail(QUESTION))
        assert door.stored() == 1, "the same mail again"
        with door.transactions() as uow:
            (stored,) = uow.mail_inbox.claim(door.desk.store.clock.now(), door.desk.store.clock.now(), 5)
    assert (stored.envelope_from, stored.recipients) == ("anna@example.com", (OWN,))
    assert stored.raw.rstrip() == mail(QUESTION).rstrip()


async def test_it_takes_mail_for_our_addresses_and_is_no_relay(open_listener: Open) -> None:
    async with open_listener() as door:
        signed = door.desk.gate.addresses.of("abcdefgh")
        for number, address in enumerate(
            (OWN.upper(), signed, "privacy+anything@outsource.com", "support@outsource.com")
        ):
            assert await door.send(mail(Message_ID=f"<{number}@x>"), address) == {}
        for address in ("anna@example.com", "someone@outsource.com", "privacy@evil.example"):
            assert await door.send(mail(), address) == 550
        assert door.stored() == 4


async def test_a_report_comes_with_the_null_path(open_listener: Open) -> None:
    async with open_listener() as door:
        await door.send(mail(), sender="")
        with door.transactions() as uow:
            (stored,) = uow.mail_inbox.claim(door.desk.store.clock.now(), door.desk.store.clock.now(), 5)
    assert stored.envelope_from == ""


async def test_a_mail_that_is_too_large_is_refused_by_the_server(open_listener: Open) -> None:
    async with open_listener(mail_max_bytes=70_000) as door:
        assert await door.send(mail("word " * 20_000)) == 552
        assert await door.send(mail(QUESTION)) == {}
        assert door.stored() == 1


async def test_too_many_recipients_are_asked_to_come_later(open_listener: Open) -> None:
    async with open_listener() as door:
        many = [f"privacy+{number}@outsource.com" for number in range(MAX_RECIPIENTS + 5)]
        assert len(await door.send(mail(), *many)) == 5


async def test_while_the_database_is_busy_the_sender_keeps_the_mail(
    open_listener: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(self: Any) -> Any:
        raise StorageBusy("locked")

    async with open_listener() as door:
        monkeypatch.setattr(SqlTransactions, "__call__", busy)
        assert await door.send(mail()) == 451
        monkeypatch.undo()
        assert await door.send(mail()) == {}


async def test_lmtp(open_listener: Open) -> None:
    async with open_listener(mail_listen_protocol="lmtp") as door:
        assert await door.send(mail(), kind=smtplib.LMTP) == {}
        assert door.stored() == 1


async def test_a_certificate_switches_starttls_on(open_listener: Open, tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate]
    subject = ["-subj", "/CN=localhost", "-days", "2"]
    await asyncio.to_thread(subprocess.run, [*command, *subject], check=True, capture_output=True)

    def talk(port: int) -> Any:
        context = ssl.create_default_context(cafile=str(certificate))
        context.check_hostname = False
        with smtplib.SMTP("127.0.0.1", port) as client:
            client.starttls(context=context)
            return client.sendmail("anna@example.com", OWN, mail())

    async with open_listener(mail_tls_cert=str(certificate), mail_tls_key=str(key)) as door:
        assert await asyncio.to_thread(talk, door.config.mail_listen_port) == {}
        assert door.stored() == 1


async def test_a_certificate_that_is_not_there_is_named(open_listener: Open) -> None:
    with pytest.raises(ConfigurationError, match="MAIL_TLS_CERT"):
        async with open_listener(mail_tls_cert="no-such-file.pem"):
            pass
