"""Says what is wrong with a deployment, and what to do about it."""

from __future__ import annotations

import asyncio
import socket
import time
import urllib.error
import urllib.request
from typing import Callable
from urllib.parse import urlparse

import typer

from bot import config, wiring
from bot.config import Config
from bot.domain.errors import ConfigurationError, PrivacyDeskError, SiteUnavailable
from bot.domain.settings import SETTINGS
from bot.services.site import Site

GIVEN_UP_SHOWN = 3
Check = Callable[[Config], str]


def doctor(before_start: bool = typer.Option(False, help="Only what must hold before the processes start.")) -> None:
    """Checks configuration, database, model, index and processes; exits with 1 when something is wrong."""
    settings = config.load()
    checks: list[tuple[str, Check]] = [
        ("database", _database),
        ("rasa model", _model),
        ("policy", _policy),
        ("settings catalogue", _catalogue),
    ]
    checks += (
        [("ports", _ports_free)]
        if before_start
        else [("rasa", _rasa), ("gateway", _gateway), ("accounts", _accounts), ("outbox", _outbox)]
    )
    wrong = 0
    for name, check in checks:
        try:
            line, mark = check(settings), "ok  "
        except (PrivacyDeskError, OSError) as error:
            line, mark, wrong = str(error), "BAD ", wrong + 1
        if wrong or not before_start:
            typer.echo(f"{mark} {name:20} {line}")
    if wrong:
        raise ConfigurationError(f"{wrong} of {len(checks)} checks failed.")


def _database(settings: Config) -> str:
    from bot.storage.migrations import is_current

    if not is_current(settings.database_url):
        raise ConfigurationError("The schema is not the newest. Run: python -m bot migrate")
    return "schema is the newest"


def _model(settings: Config) -> str:
    models = sorted(settings.models_dir.glob("*.tar.gz"), key=lambda path: path.stat().st_mtime)
    if not models:
        raise ConfigurationError("No Rasa model. Run: make train")
    age = time.time() - models[-1].stat().st_mtime
    return f"{models[-1].name}, {age / 3600:.1f} h old"


def _policy(settings: Config) -> str:
    ref = wiring.services().policy.ref
    return f"{ref.title}, effective {ref.effective}, version {ref.version[:12]}"


def _catalogue(settings: Config) -> str:
    text = wiring.services().policy.text
    missing = [entry.key for entry in SETTINGS if entry.anchor not in text]
    if missing:
        raise ConfigurationError(f"The policy no longer says what these settings stand on: {', '.join(missing)}")
    return f"{len(SETTINGS)} settings, each anchored in the policy"


def _ports_free(settings: Config) -> str:
    rasa = urlparse(settings.rasa_url)
    for name, host, port in (
        ("WEB_PORT", settings.web_host, settings.web_port),
        ("RASA_URL", rasa.hostname or "127.0.0.1", rasa.port or 5005),
        ("the action server", "127.0.0.1", 5055),
        ("MAIL_LISTEN_PORT", settings.mail_listen_host, settings.mail_listen_port),
    ):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                raise ConfigurationError(f"Port {port} ({name}) is taken. Is another copy running?") from None
    return "free"


def _rasa(settings: Config) -> str:
    return _get(f"{settings.rasa_url}/webhooks/desk/ready", "Rasa")


def _gateway(settings: Config) -> str:
    return _get(f"{settings.public_url}/readyz", "the gateway")


def _accounts(settings: Config) -> str:
    async def ping(site: Site) -> str:
        try:
            return await site.ping()
        finally:
            await site.close()

    try:
        return asyncio.run(ping(wiring.services().site))
    except SiteUnavailable as error:
        raise ConfigurationError(f"The site at {settings.site_api_url} cannot be used: {error}.") from None


def _outbox(settings: Config) -> str:
    _database(settings)
    with wiring.services().transactions() as uow:
        waiting, buried = uow.outbox.counts()
        newest = uow.outbox.buried(None, GIVEN_UP_SHOWN)
    if buried:
        named = "; ".join(f"{buried_item.item.kind.value}: {buried_item.error}" for buried_item in newest)
        raise ConfigurationError(f"{buried} items were given up, newest first: {named}. {waiting} wait.")
    return f"{waiting} items wait"


def _get(url: str, who: str) -> str:
    try:
        with urllib.request.urlopen(url, timeout=5) as response:
            return f"answers at {url} ({response.status})"
    except urllib.error.HTTPError as error:
        raise ConfigurationError(f"{who} answers at {url}, but is not ready ({error.code}).") from None
    except OSError:
        raise ConfigurationError(f"{who} does not answer at {url}.") from None
