"""Reads each message in a process of its own kind, which is killed when a message takes too long."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import threading
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field

from bot.domain.errors import UnreadableMail
from bot.domain.mail import InboundMail, StoredMail
from bot.mail.inbound.parse import Reader

TIME_LIMIT = 20.0
"""Seconds for one message."""
START_LIMIT = 60.0
"""Seconds for a process to start, on however busy a machine."""


@dataclass
class IsolatedReader:
    """One reading process; whatever a message does to it, the next message gets a fresh one."""

    reader: Reader
    time_limit: float = TIME_LIMIT
    _pool: ProcessPoolExecutor | None = field(default=None, init=False)

    async def read(self, mail: StoredMail) -> InboundMail:
        """The message as what it is.

        Raises:
            UnreadableMail: it cannot be read, or not within the time.
            TimeoutError: the process did not start; nothing is wrong with the message.
        """
        pool = self._pool or await self._start()
        arguments = (mail.raw, mail.envelope_from, mail.recipients)
        work = asyncio.get_running_loop().run_in_executor(pool, self.reader.read, *arguments)
        try:
            return await asyncio.wait_for(work, self.time_limit)
        except asyncio.TimeoutError:
            self.close()
            raise UnreadableMail("reading it took too long") from None
        except BrokenProcessPool:
            self.close()
            raise UnreadableMail("reading it broke the reader") from None

    def close(self) -> None:
        """Ends the process at once."""
        pool, self._pool = self._pool, None
        if pool is not None:
            for process in list((getattr(pool, "_processes", None) or {}).values()):
                process.kill()
            pool.shutdown(wait=False, cancel_futures=True)

    async def _start(self) -> ProcessPoolExecutor:
        # Not fork: the worker has threads and open database connections.
        context = multiprocessing.get_context("spawn")
        self._pool = ProcessPoolExecutor(1, mp_context=context, initializer=_end_with_parent)
        try:
            started = asyncio.get_running_loop().run_in_executor(self._pool, _started)
            await asyncio.wait_for(started, START_LIMIT)
        except asyncio.TimeoutError:
            self.close()
            raise
        return self._pool


def _started() -> None:
    """Done when the process has imported what it needs."""


def _end_with_parent() -> None:
    """A worker that is killed outright leaves no reading process behind."""

    def watch() -> None:
        parent = multiprocessing.parent_process()
        if parent is not None:
            parent.join()
            os._exit(0)

    threading.Thread(target=watch, daemon=True).start()
