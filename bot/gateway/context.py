"""What every handler of the gateway needs, in one place."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web
from jinja2 import Environment

from bot.channels.rasa_client import RasaClient
from bot.config import Config
from bot.gateway.assets import Assets
from bot.gateway.bus import Bus
from bot.gateway.console.presence import Presence
from bot.gateway.limits import Limits
from bot.gateway.metrics import Metrics
from bot.gateway.policies import Policies
from bot.gateway.rooms import Rooms
from bot.gateway.tokens import Buttons, ConversationTokens
from bot.security.host_jwt import HostJwt
from bot.wiring import Services


@dataclass(frozen=True)
class Gateway:
    """One running gateway.

    Attributes:
        host: verifies the sign-in a host page passes; refuses all where no issuer is configured.
        bus: tells pages here and at replicas that something happened.
        presence: which members of staff have which conversation open.
        probe: asks Rasa whether it is there, for `/readyz`.
    """

    config: Config
    services: Services
    tokens: ConversationTokens
    buttons: Buttons
    limits: Limits
    rooms: Rooms
    bus: Bus
    presence: Presence
    metrics: Metrics
    assets: Assets
    policies: Policies
    pages: Environment
    host: HostJwt
    probe: RasaClient


GATEWAY: web.AppKey[Gateway] = web.AppKey("gateway", Gateway)


def gateway(request: web.Request) -> Gateway:
    """The gateway that serves this request."""
    return request.app[GATEWAY]
