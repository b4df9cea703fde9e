"""`python -m tests.mail.worker_process`: the worker as it is, on the environment's configuration, with a fast bot.

Leases are short, so that what a killed worker held is soon taken up again.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterable
from datetime import timedelta

from bot import config
from bot.cli.processes import work
from bot.domain.identity import Conversation
from bot.domain.messages import Reply
from bot.wiring import build_mail_desk, build_services, build_timekeeper, build_worker
from tests.fakes_world import FakePolicy

LEASE = timedelta(seconds=3)


class EchoBot:
    """Answers at once."""

    async def send(self, conversation: Conversation, message_id: str, text: str, *, trusted: bool) -> Iterable[Reply]:
        return (Reply(f"You asked: {text}"),)


async def main() -> None:
    """Works until it is told to stop, or killed."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    services = build_services(config.load(), bot=EchoBot(), policy=FakePolicy())
    try:
        desk, timekeeper = build_mail_desk(services, lease=LEASE), build_timekeeper(services)
        await work(build_worker(services, lease=LEASE), desk, timekeeper, stop)
    finally:
        await services.site.close()


if __name__ == "__main__":
    asyncio.run(main())
