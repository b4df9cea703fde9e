"""Reads a mailbox over IMAP: told of new mail by IDLE, else by looking. A mail is stored, then marked as seen."""

from __future__ import annotations

import asyncio
import logging
import re
import ssl
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Any

from aioimaplib import IMAP4, IMAP4_SSL, AioImapException

from bot.config import Config
from bot.domain.errors import MailboxError, MailboxFolderMissing, MailboxLoginRefused, MailboxLost, StorageBusy
from bot.mail.intake.store import MailStore

logger = logging.getLogger(__name__)

TIMEOUT = 30.0
IDLE_FOR = 20 * 60.0
"""Seconds; RFC 2177 §3 asks for less than 29 minutes."""
FIRST_WAIT = 1.0
LONGEST_WAIT = 300.0
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
_VALIDITY = re.compile(rb"UIDVALIDITY (\d+)")


@dataclass(frozen=True)
class ImapIntake:
    """Moves unseen mail into the inbox. Any number of workers may read one mailbox: each mail is stored once."""

    config: Config
    store: MailStore

    async def run(self, stop: asyncio.Event) -> None:
        """Reads until `stop` is set; every kind of trouble has its own way out."""
        wait = FIRST_WAIT
        while not stop.is_set():
            session = ImapSession(self.config, self.store)
            try:
                await session.open()
                wait = FIRST_WAIT
                while not stop.is_set():
                    await session.take_unseen()
                    await session.wait_for_mail(stop)
            except (MailboxLoginRefused, MailboxFolderMissing) as error:
                logger.error("mailbox: %s Trying again in %.0f s.", error, LONGEST_WAIT)
                wait = LONGEST_WAIT
            except (MailboxError, StorageBusy) as error:
                logger.warning("mailbox: %s Trying again in %.0f s.", error, wait)
            finally:
                await session.close()
            await _sleep(stop, wait)
            wait = min(wait * 2, LONGEST_WAIT)


class ImapSession:
    """One connection. Whatever breaks it is raised as MailboxLost at once, not after a time-out."""

    def __init__(self, config: Config, store: MailStore) -> None:
        self._config, self._store = config, store
        self._lost = asyncio.Event()
        self._validity = "0"
        self._client: IMAP4 | None = None

    async def open(self) -> None:
        """Connects, signs in and selects the folder.

        Raises:
            MailboxLoginRefused, MailboxFolderMissing, MailboxLost: which of them it is decides when to try again.
        """
        config = self._config
        if config.imap_tls == "tls":
            context = ssl.create_default_context()
            self._client = IMAP4_SSL(config.imap_host, config.imap_port, timeout=TIMEOUT, ssl_context=context)
        else:
            self._client = IMAP4(config.imap_host, config.imap_port, timeout=TIMEOUT)
        self._client.protocol.conn_lost_cb = lambda error: self._lost.set()
        await self._do(self._client.wait_hello_from_server())
        login = await self._do(self._client.login(config.imap_user, config.imap_password.get_secret_value()))
        if login.result != "OK":
            raise MailboxLoginRefused("The server does not take IMAP_USER and IMAP_PASSWORD.")
        selected = await self._do(self._client.select(f'"{config.imap_folder}"'))
        if selected.result != "OK":
            raise MailboxFolderMissing(f"There is no folder {config.imap_folder} (IMAP_FOLDER).")
        found = _VALIDITY.search(b" ".join(bytes(line) for line in selected.lines))
        self._validity = found.group(1).decode() if found else "0"

    async def take_unseen(self) -> int:
        """Stores every unseen mail; how many there were.

        Raises:
            MailboxLost, StorageBusy: what was not stored stays unseen.
        """
        client = self._connected()
        found = await self._do(client.uid_search("UNSEEN", charset=None))
        self._need(found, "SEARCH")
        uids = [uid for line in found.lines[:-1] for uid in bytes(line).split() if uid.isdigit()]
        for uid in uids:
            await self._take(client, uid.decode())
        return len(uids)

    async def _take(self, client: IMAP4, uid: str) -> None:
        answer = await self._do(client.uid("fetch", uid, "(RFC822.SIZE)"))
        size = _SIZE.search(b" ".join(bytes(line) for line in answer.lines))
        if answer.result != "OK" or size is None:
            return  # Another client moved it away in between.
        too_large = int(size.group(1)) > self._config.mail_max_bytes
        part = "(BODY.PEEK[HEADER])" if too_large else "(BODY.PEEK[])"
        answer = await self._do(client.uid("fetch", uid, part))
        self._need(answer, "FETCH")
        raw = next((bytes(line) for line in answer.lines if isinstance(line, bytearray)), None)
        if raw is None:
            return
        source = f"imap:{self._config.imap_folder}/{self._validity}/{uid}"
        dead = f"larger than this inbox takes: {int(size.group(1)):,} bytes" if too_large else None
        await asyncio.to_thread(self._store.keep, raw, source, dead=dead)
        # Committed; a crash before the next line makes the mail come again, and it is then known.
        self._need(await self._do(client.uid("store", uid, "+FLAGS", r"(\Seen)")), "STORE")

    async def wait_for_mail(self, stop: asyncio.Event) -> None:
        """Returns when there may be new mail, or when `stop` is set."""
        client = self._connected()
        if not client.has_capability("IDLE"):
            await _sleep(stop, self._config.imap_poll)
            return
        idle = await self._do(client.idle_start(timeout=IDLE_FOR))
        news = asyncio.ensure_future(client.wait_server_push(timeout=IDLE_FOR + TIMEOUT))
        waits = [news, asyncio.ensure_future(stop.wait()), asyncio.ensure_future(self._lost.wait())]
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for waiting in waits:
            waiting.cancel()
        if not self._lost.is_set():
            client.idle_done()
            await self._do(asyncio.wait_for(idle, TIMEOUT))

    async def close(self) -> None:
        """Says goodbye where somebody still listens."""
        client, self._client = self._client, None
        if client is None:
            return
        try:
            if not self._lost.is_set():
                await asyncio.wait_for(client.logout(), 2)
        except (AioImapException, OSError, asyncio.TimeoutError):
            pass
        if client.protocol.transport is not None:
            client.protocol.transport.close()

    async def _do(self, work: Awaitable[Any]) -> Any:
        """The result of `work`, or MailboxLost as soon as the connection is."""
        task, lost = asyncio.ensure_future(work), asyncio.ensure_future(self._lost.wait())
        try:
            await asyncio.wait({task, lost}, timeout=2 * TIMEOUT, return_when=asyncio.FIRST_COMPLETED)
            if not task.done():
                raise MailboxLost("The connection broke off.")
            return task.result()
        except (AioImapException, OSError, EOFError, asyncio.TimeoutError) as error:
            raise MailboxLost(f"The server cannot be used: {type(error).__name__}.") from None
        finally:
            task.cancel()
            lost.cancel()

    def _connected(self) -> IMAP4:
        if self._client is None:
            raise MailboxLost("Not connected.")
        return self._client

    def _need(self, answer: Any, what: str) -> None:
        if answer.result != "OK":
            raise MailboxLost(f"The server refused {what}.")


async def _sleep(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except asyncio.TimeoutError:
        return
