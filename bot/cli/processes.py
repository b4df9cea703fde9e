"""The processes of a deployment, and what must be done before they start."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import typer

from bot import config, wiring
from bot.channels.rasa_client import RasaClient
from bot.domain.errors import ConfigurationError
from bot.encoder.tuning import Lesson
from bot.mail.intake.listener import serve
from bot.timekeeper import Timekeeper
from bot.wiring import MailDesk
from bot.worker import Worker

READY_WITHIN = 180.0


def train() -> None:
    """Exports the encoder, builds the policy index and trains Rasa's model; does nothing that is up to date.

    Rasa would check its data first and read all of it twice more for that; `make lint` does it.
    """
    from bot.encoder.export import TAUGHT, export
    from bot.encoder.serving import READER_DIR
    from bot.policy.build import build_all

    settings = config.load()
    typer.echo("Policy index")
    build_all(settings.corpus_dir, settings.models_dir)
    typer.echo("Encoder of messages")
    export(READER_DIR, TAUGHT)
    typer.echo("Rasa model")
    rasa = Path(sys.executable).with_name("rasa")
    options = ["--out", str(settings.models_dir), "--fixed-model-name", "desk", "--quiet", "--skip-validation"]
    done = subprocess.run([rasa, "train", *options], check=False)
    if done.returncode:
        raise ConfigurationError("Rasa could not train; the lines above say why.")


def tune(epochs: int = Lesson().epochs, more: bool = False) -> None:
    """Teaches the encoder of messages what data/nlu and the lessons hold; needed after large changes there.

    An epoch takes some ten minutes on two cores; with --more it goes on from what the encoder knows already.
    """
    from bot.nlu.teaching import teach

    count = teach(epochs=epochs, more=more, say=typer.echo)
    typer.echo(f"Learnt from {count} examples. Now: python -m bot train")


def migrate() -> None:
    """Brings the database to the newest schema."""
    from bot.storage.migrations import upgrade

    upgrade(config.load().database_url)
    typer.echo("Database ready.")


def web() -> None:
    """Serves the gateway: the only process that strangers reach."""
    from bot.gateway.app import run

    _log()
    run(wiring.services())


def worker() -> None:
    """Sends what the outbox holds, takes mail in and keeps the deadlines, until it is stopped."""
    _log()
    asyncio.run(_work())


async def _work() -> None:
    services = wiring.services()
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    try:
        parts = (wiring.build_worker(services), wiring.build_mail_desk(services), wiring.build_timekeeper(services))
        await work(*parts, stop)
    finally:
        await services.site.close()
        if isinstance(services.turns.bot, RasaClient):
            await services.turns.bot.close()


async def work(outbox: Worker, desk: MailDesk, timekeeper: Timekeeper, stop: asyncio.Event) -> None:
    """Everything a worker does, side by side, until `stop` is set."""
    jobs = [outbox.run(stop), desk.mailroom.run(stop), timekeeper.run(stop)]
    if outbox.config.mail_listen_port:
        jobs.append(serve(outbox.config, desk.door, stop))
    if outbox.config.imap_host:
        jobs.append(desk.imap.run(stop))
    logging.getLogger("bot.worker").info("worker started")
    await asyncio.gather(*jobs)


def announce() -> None:
    """Waits until every part is ready and then says where to go; gives up when its parent has gone."""
    url = config.load().public_url
    started, parent = time.monotonic(), os.getppid()
    while time.monotonic() - started < READY_WITHIN:
        if os.getppid() != parent:
            return
        try:
            with urllib.request.urlopen(f"{url}/readyz", timeout=5) as response:
                if response.status == 200:
                    typer.secho(f"\n  Ready after {time.monotonic() - started:.0f} s: {url}\n", bold=True)
                    return
        except (urllib.error.URLError, OSError):
            pass
        time.sleep(0.5)
    raise ConfigurationError(f"Not ready after {READY_WITHIN:.0f} s. Ask: python -m bot doctor")


def _log() -> None:
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
