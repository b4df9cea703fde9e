"""Extends Rasa's action server: ready before its first call, loopback only, and no tracker in an error body."""

from __future__ import annotations

import asyncio
import logging
import os

import pluggy
from rasa_sdk.plugin import plugin_manager
from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, json

from bot.wiring import services

logger = logging.getLogger(__name__)
hookimpl = pluggy.HookimplMarker("rasa_sdk")


class LoopbackServer:
    """A plugin of the action server."""

    @hookimpl
    def attach_sanic_app_extensions(self, app: Sanic) -> None:
        """Called once by `rasa_sdk` before it listens."""
        app.register_listener(_warm_up, "before_server_start")
        app.error_handler.add(Exception, _refuse)


async def _warm_up(_: Sanic, __: asyncio.AbstractEventLoop) -> None:
    await asyncio.to_thread(lambda: services().policy.answer("warm up"))


def _refuse(_: Request, error: Exception) -> HTTPResponse:
    logger.error("request refused: %s", type(error).__name__)
    return json({"error": "The action server could not handle this request."}, status=500)


def install() -> None:
    """Registers the plugin; the SDK binds every interface unless told otherwise."""
    os.environ.setdefault("SANIC_HOST", "127.0.0.1")
    if not plugin_manager().has_plugin("loopback"):
        plugin_manager().register(LoopbackServer(), name="loopback")


install()
