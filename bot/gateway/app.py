"""The gateway's application: what answers where."""

from __future__ import annotations

import asyncio
import errno
import socket
from pathlib import Path
from typing import AsyncIterator

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.channels.rasa_client import RasaClient
from bot.domain.errors import ConfigurationError
from bot.gateway import exports, feedback, health, messages, pages, requests, sign_in
from bot.gateway.assets import Assets
from bot.gateway.bodies import MAX_BODY
from bot.gateway.bus import Bus
from bot.gateway.console.presence import Presence, keep_presence
from bot.gateway.console.routes import console_routes
from bot.gateway.context import GATEWAY, Gateway
from bot.gateway.delivery import follow
from bot.gateway.limits import Limits
from bot.gateway.metrics import Metrics
from bot.gateway.middleware import add_security_headers, catch_errors, cross_origin
from bot.gateway.policies import Policies
from bot.gateway.rooms import Rooms
from bot.gateway.sessions import open_session
from bot.gateway.socket import chat_socket
from bot.gateway.tokens import Buttons, ConversationTokens
from bot.mail.inbound.isolation import IsolatedReader
from bot.security.host_jwt import HostJwt
from bot.wiring import Services

TEMPLATES = Path(__file__).parent / "templates"
PROBE_TIMEOUT = 2.0
SHUTDOWN_GRACE = 5.0


def create_app(services: Services) -> web.Application:
    """The application, ready to be served."""
    app = web.Application(client_max_size=MAX_BODY, middlewares=[catch_errors, cross_origin])
    app[GATEWAY] = _build(services)
    app.on_response_prepare.append(add_security_headers)
    app.on_shutdown.append(_dismiss)
    app.cleanup_ctx.append(_connections)
    app.add_routes(
        [
            web.get("/", pages.demo),
            web.get("/widget.js", pages.widget),
            web.get("/widget/{hash:[0-9a-f]+}.js", pages.versioned_widget),
            web.get("/static/{name}", pages.static),
            web.get("/favicon.ico", pages.favicon),
            web.get("/policy", pages.policy),
            web.get("/policy/{policy_id}", pages.policy),
            web.get("/policy/{policy_id}/{version}", pages.policy),
            web.get("/confirm/email/{token}", pages.show_email_change),
            web.post("/confirm/email/{token}", pages.confirm_email),
            web.get("/requests/{token}", requests.show_request),
            web.post("/requests/{token}/revoke", requests.revoke_request),
            web.post("/requests/{token}/confirm", requests.confirm_request),
            web.post("/facebook/data-deletion", requests.facebook_deletion),
            web.get("/facebook/data-deletion/{reference}", requests.show_facebook_request),
            web.get("/exports/{token}", exports.show_export),
            web.post("/exports/{token}", exports.take_export),
            web.post("/api/session", open_session),
            web.get("/api/socket", chat_socket),
            web.post("/api/messages", messages.post_message),
            web.get("/api/messages", messages.get_messages),
            web.post("/api/sign-in", sign_in.sign_in),
            web.post("/api/sign-out", sign_in.sign_out),
            web.post("/api/code", sign_in.send_code),
            web.post("/api/code/prove", sign_in.prove_code),
            web.post("/api/rating", feedback.rate),
            web.post("/api/score", feedback.score),
            web.get("/healthz", health.healthz),
            web.get("/readyz", health.readyz),
            web.get("/metrics", health.show_metrics),
            *console_routes(),
        ]
    )
    return app


def run(services: Services) -> None:
    """Serves until the process is told to stop.

    Raises:
        ConfigurationError: the address cannot be used; says why.
    """
    config = services.config
    web.run_app(
        create_app(services),
        sock=listen(config.web_host, config.web_port),
        access_log=None,
        shutdown_timeout=SHUTDOWN_GRACE,
        print=None,
    )


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. Raises ConfigurationError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=128)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise ConfigurationError(
                f"Port {port} on {host} is taken. Stop what is using it, or set WEB_PORT to another."
            ) from None
        raise ConfigurationError(
            f"Cannot listen on {host}:{port}: {error.strerror}. Check WEB_HOST and WEB_PORT."
        ) from None


def _build(services: Services) -> Gateway:
    config = services.config
    secret = config.secret_key.get_secret_value()
    loader = FileSystemLoader(TEMPLATES)
    return Gateway(
        config=config,
        services=services,
        tokens=ConversationTokens(secret),
        buttons=Buttons(secret),
        limits=Limits(config),
        rooms=Rooms(),
        bus=Bus(config.redis_url),
        presence=Presence(),
        metrics=Metrics(),
        assets=Assets(),
        policies=Policies(config.corpus_dir, config.policy),
        pages=Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True),
        host=HostJwt(config.host_jwt_secret.get_secret_value(), config.host_jwt_issuer),
        probe=RasaClient(config.rasa_url, secret, PROBE_TIMEOUT),
    )


async def _dismiss(app: web.Application) -> None:
    await app[GATEWAY].rooms.close()


async def _connections(app: web.Application) -> AsyncIterator[None]:
    desk = app[GATEWAY]
    tasks = [
        asyncio.create_task(work) for work in (desk.bus.listen(), follow(desk), keep_presence(desk.bus, desk.presence))
    ]
    yield
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await desk.bus.close()
    await desk.probe.close()
    await desk.services.site.close()
    bot = desk.services.turns.bot
    if isinstance(bot, RasaClient):
        await bot.close()
    reader = desk.services.console.post.reader
    if isinstance(reader, IsolatedReader):
        reader.close()
