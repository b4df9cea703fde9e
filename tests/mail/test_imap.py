"""The inbox against a real Dovecot and a real SMTP server."""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest

from bot.cli.processes import work
from bot.config import Config
from bot.domain.accounts import Account
from bot.domain.errors import MailboxFolderMissing, MailboxLoginRefused, MailboxLost
from bot.domain.mail import MailState
from bot.mail.intake import imap
from bot.mail.intake.imap import ImapSession
from bot.mail.intake.store import MailStore
from bot.security.clock import SystemClock
from bot.storage.unit_of_work import SqlTransactions
from bot.wiring import MailDesk, Services, build_mail_desk, build_services, build_timekeeper, build_worker
from tests.fakes_world import FakePolicy
from tests.mail import dovecot as server
from tests.mail.conftest import FlowBot
from tests.mail.dovecot import PASSWORD, USER, Dovecot
from tests.mail.eml.case import OWN, QUESTION, mail
from tests.mail.server import Outside, outside_world

MAILS, KILLS = 1000, 10


@pytest.fixture
def dovecot() -> Iterator[Dovecot]:
    """Skips without Dovecot; in CI that is a failure."""
    if shutil.which("dovecot") is None and not Path("/usr/sbin/dovecot").exists():
        assert os.environ.get("CI") != "true", "CI needs dovecot-imapd and dovecot-lmtpd"
        pytest.skip("no Dovecot: apt-get install dovecot-imapd dovecot-lmtpd")
    with server.dovecot() as running:
        yield running


@pytest.fixture
def outside() -> Iterator[Outside]:
    with outside_world() as world:
        yield world


def configured(url: str, dovecot: Dovecot, **changes: Any) -> Config:
    values = {
        "database_url": url,
        "mail_address": OWN,
        "mail_listen_port": 0,
        "smtp_tls": "none",
        "imap_host": "127.0.0.1",
        "imap_port": dovecot.imap,
        "imap_tls": "none",
        "imap_user": USER,
        "imap_password": PASSWORD,
        "imap_poll": 0.2,
    }
    return Config(**{**values, **changes})


def build(config: Config) -> tuple[Services, MailDesk]:
    bot = FlowBot()
    services = build_services(config, bot=bot, policy=FakePolicy())
    bot.services = services
    return services, build_mail_desk(services)


async def until(holds: Callable[[], Any], within: float = 20.0) -> Any:
    """Waits for something to become true."""
    for _ in range(round(within / 0.05)):
        if found := holds():
            return found
        await asyncio.sleep(0.05)
    raise AssertionError("it never happened")


async def answers(folder: Path, count: int) -> None:
    """Waits for that many mails in the Maildir."""
    await until(lambda: _count(folder / "out" / "new") >= count, 60)


async def while_working(services: Services, desk: MailDesk, story: Awaitable[None]) -> None:
    """Lets the worker work while a story is told."""
    stop = asyncio.Event()
    job = asyncio.ensure_future(work(build_worker(services), desk, build_timekeeper(services), stop))
    try:
        await story
    finally:
        stop.set()
        await job
        desk.mailroom.reader.close()


async def test_a_question_a_code_and_a_deletion_over_real_servers(
    sqlite_url: str, dovecot: Dovecot, outside: Outside
) -> None:
    services, desk = build(configured(sqlite_url, dovecot, smtp_host="127.0.0.1", smtp_port=outside.port))
    with services.transactions() as uow:
        uow.accounts.add(Account("anna", "anna@example.com", services.clock.now()))
        uow.commit()

    async def answer(number: int) -> Any:
        await until(lambda: len(outside.messages("anna@example.com")) >= number)
        return outside.messages("anna@example.com")[number - 1]

    async def write(text: str, number: int, to: Any = None) -> None:
        headers = {"To": to["Reply-To"], "Subject": to["Subject"], "In_Reply_To": to["Message-ID"]} if to else {}
        await asyncio.to_thread(dovecot.deliver, mail(text, Message_ID=f"<w{number}@example.com>", **headers))

    async def story() -> None:
        await write(f"Hello,\n\n{QUESTION}\nPlease delete my account.\n\nThanks,\nAnna", 1)
        await answer(2)
        code_mail, first = sorted(
            outside.messages("anna@example.com"), key=lambda sent: not sent["Subject"][:6].isdigit()
        )
        assert first["In-Reply-To"] == "<w1@example.com>"
        assert first["Auto-Submitted"] == "auto-replied"
        text = first.get_body(("plain",)).get_content()
        assert text.index(f"> {QUESTION}") < text.index("> Please delete my account.")
        await write(code_mail["Subject"][:6], 2, first)
        third = await answer(3)
        assert "Yes, delete my account" in third.get_body(("plain",)).get_content()
        assert third["References"] == "<w2@example.com>" or "<w2@example.com>" in third["References"]
        await write("Yes, delete my account", 3, third)
        await answer(4)
        assert await asyncio.to_thread(dovecot.unseen) == 0

    await while_working(services, desk, story())
    with services.transactions() as uow:
        (request,) = uow.requests.of_account("anna")
        assert request.reference
        assert uow.mail_inbox.counts() == {MailState.ANSWERED: 3}


async def test_without_idle_the_mailbox_is_polled(sqlite_url: str, tmp_path: Path, dovecot: Dovecot) -> None:
    with server.dovecot(capability="IMAP4rev1") as plain:
        services, desk = build(configured(sqlite_url, plain, maildir=tmp_path / "out"))
        session = ImapSession(desk.imap.config, desk.store)
        await session.open()
        assert not session._connected().has_capability("IDLE")
        await session.close()

        async def story() -> None:
            for number in range(3):
                await asyncio.to_thread(plain.deliver, mail(QUESTION, Message_ID=f"<{number}@x>"))
                await answers(tmp_path, number + 1)

        await while_working(services, desk, story())


async def test_trouble_is_told_apart(sqlite_url: str, dovecot: Dovecot) -> None:
    transactions = SqlTransactions(sqlite_url)
    store = MailStore(transactions, SystemClock(), "s@example.com")
    for changes, error in (
        ({"imap_password": "wrong"}, MailboxLoginRefused),
        ({"imap_folder": "Nowhere"}, MailboxFolderMissing),
        ({"imap_port": 1}, MailboxLost),
        ({"imap_tls": "tls"}, MailboxLost),
    ):
        session = ImapSession(configured(sqlite_url, dovecot, **changes), store)
        with pytest.raises(error):
            await session.open()
        await session.close()


async def test_after_the_server_was_away_reading_goes_on(
    sqlite_url: str, tmp_path: Path, dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap, "FIRST_WAIT", 0.1)
    monkeypatch.setattr(imap, "LONGEST_WAIT", 0.5)
    services, desk = build(configured(sqlite_url, dovecot, maildir=tmp_path / "out"))

    async def story() -> None:
        for number in range(3):
            await asyncio.to_thread(dovecot.deliver, mail(QUESTION, Message_ID=f"<{number}@x>"))
            await answers(tmp_path, number + 1)
            await asyncio.to_thread(dovecot.stop)
            await asyncio.to_thread(dovecot.start)

    await while_working(services, desk, story())


async def test_a_crash_between_storing_and_marking_repeats_nothing(sqlite_url: str, dovecot: Dovecot) -> None:
    _, desk = build(configured(sqlite_url, dovecot))
    dovecot.deliver(mail(QUESTION))

    class Crash(Exception):
        pass

    def crash(*_: Any) -> None:
        raise Crash

    first = ImapSession(desk.imap.config, desk.store)
    await first.open()
    found = await first._do(first._connected().uid("fetch", "1", "(BODY.PEEK[])"))
    raw = next(bytes(line) for line in found.lines if isinstance(line, bytearray))
    assert desk.store.keep(raw, "imap:INBOX/1/1")
    await first.close()
    assert dovecot.unseen() == 1
    again = ImapSession(desk.imap.config, desk.store)
    await again.open()
    assert await again.take_unseen() == 1
    await again.close()
    assert dovecot.unseen() == 0
    with desk.store.transactions() as uow:
        assert uow.mail_inbox.counts() == {MailState.WAITING: 1}


async def test_several_workers_share_a_mailbox(postgres_url: str, tmp_path: Path, dovecot: Dovecot) -> None:
    config = configured(postgres_url, dovecot, maildir=tmp_path / "out")
    dovecot.fill([mail(f"Question {n}?", From=f"u{n}@example.com", Message_ID=f"<{n}@x>") for n in range(40)])
    desks = [build(config) for _ in range(3)]

    async def story() -> None:
        await answers(tmp_path, 40)
        await asyncio.sleep(1)

    first, second, third = desks
    await while_working(*first, while_working(*second, while_working(*third, story())))
    assert len(list((tmp_path / "out" / "new").glob("*"))) == 40


async def test_a_mail_that_is_too_large_is_put_aside_unread_and_the_next_one_is_answered(
    sqlite_url: str, tmp_path: Path, dovecot: Dovecot
) -> None:
    services, desk = build(configured(sqlite_url, dovecot, maildir=tmp_path / "out", mail_max_bytes=64 * 1024))
    dovecot.fill([mail("x" * 30_000_000, Subject="big"), mail(QUESTION)])

    async def story() -> None:
        await answers(tmp_path, 2)

    await while_working(services, desk, story())
    with services.transactions() as uow:
        (row,) = uow.mail_inbox.page(MailState.DEAD, None, 5)
        assert uow.mail_inbox.counts()[MailState.ANSWERED] == 1
    assert "larger than this inbox takes: 30,0" in row.reason
    assert row.size < 2000


async def test_a_server_that_hangs_up_in_the_middle_of_a_fetch_is_noticed_at_once(sqlite_url: str) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"* OK ready\r\n")
        while line := await reader.readline():
            tag, _, command = line.decode().strip().partition(" ")
            if command.startswith("SELECT"):
                writer.write(b"* OK [UIDVALIDITY 7] ok\r\n")
            if command.startswith("UID SEARCH"):
                writer.write(b"* SEARCH 1\r\n")
            if "RFC822.SIZE" in command:
                writer.write(b"* 1 FETCH (UID 1 RFC822.SIZE 5000)\r\n")
            if "BODY.PEEK" in command:
                writer.write(b"* 1 FETCH (UID 1 BODY[] {5000}\r\nFrom: anna@exam")
                await writer.drain()
                writer.close()
                return
            if command.startswith("CAPABILITY"):
                writer.write(b"* CAPABILITY IMAP4rev1\r\n")
            writer.write(f"{tag} OK done\r\n".encode())

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    config = Config(database_url=sqlite_url, imap_host="127.0.0.1", imap_port=port, imap_tls="none", imap_user="u")
    transactions = SqlTransactions(sqlite_url)
    session = ImapSession(config, MailStore(transactions, SystemClock(), "s@example.com"))
    await session.open()
    started = time.monotonic()
    with pytest.raises(MailboxLost):
        await session.take_unseen()
    assert time.monotonic() - started < 5
    await session.close()
    listening.close()
    with transactions() as uow:
        assert uow.mail_inbox.counts() == {}


def test_a_thousand_mails_and_ten_kills_lose_none_and_answer_none_twice(
    postgres_url: str, tmp_path: Path, dovecot: Dovecot
) -> None:
    dovecot.fill([mail(f"Question {n}?", From=f"u{n}@example.com", Message_ID=f"<{n}@x>") for n in range(MAILS)])
    config = configured(postgres_url, dovecot)
    environment = {**os.environ, "MAILDIR": str(tmp_path / "out"), "DATABASE_URL": postgres_url}
    for name in ("mail_address", "mail_listen_port", "imap_host", "imap_port", "imap_tls", "imap_user"):
        environment[name.upper()] = str(getattr(config, name))
    environment["IMAP_PASSWORD"] = PASSWORD
    chance, kills, answers = random.Random(7), 0, tmp_path / "out" / "new"
    worker = _start(environment)
    deadline = time.monotonic() + 540
    try:
        while (done := _count(answers)) < MAILS and time.monotonic() < deadline:
            if kills < KILLS and done >= (kills + 1) * MAILS / (KILLS + 2):
                time.sleep(chance.random() * 0.3)
                worker.kill()
                worker.wait()
                kills, worker = kills + 1, _start(environment)
            time.sleep(0.05)
        time.sleep(4)
    finally:
        worker.send_signal(signal.SIGTERM)
        worker.wait(timeout=30)
    sent = [message_from_bytes(path.read_bytes()) for path in answers.iterdir()]
    assert kills == KILLS
    assert sorted(message["In-Reply-To"] for message in sent) == sorted(f"<{n}@x>" for n in range(MAILS))
    assert all(message["To"] == f"u{message['In-Reply-To'][1:-3]}@example.com" for message in sent)
    with SqlTransactions(postgres_url)() as uow:
        assert uow.mail_inbox.counts() == {MailState.ANSWERED: MAILS}
        assert uow.outbox.counts() == (0, 0)
    assert dovecot.unseen() == 0


def _start(environment: dict[str, str]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.mail.worker_process"]
    return subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)


def _count(folder: Path) -> int:
    return len(os.listdir(folder)) if folder.exists() else 0
