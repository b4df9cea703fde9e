"""The one way into Rasa: it takes nothing but the gateway's signed envelope."""

from __future__ import annotations

import logging
from typing import Any, Awaitable, Callable

from rasa.core.channels.channel import InputChannel, OutputChannel, UserMessage
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, json

from bot.channels.envelope import ENVELOPE_LIFETIME, Envelope, EnvelopeSigner, TurnProof, TurnSigner
from bot.channels.once import SeenOnce
from bot.channels.plain_text import plain_text
from bot.channels.rotation import SessionRotation
from bot.config import load
from bot.domain.errors import TokenError

logger = logging.getLogger(__name__)

MAX_BODY = 128 * 1024


class DeskChannel(InputChannel):
    """Rasa's input channel; listed in `credentials.yml` by its dotted path."""

    def __init__(self, secret: str, rotation: SessionRotation | None = None) -> None:
        self._envelopes, self._turns = EnvelopeSigner(secret), TurnSigner(secret)
        self._seen = SeenOnce(lifetime=2 * ENVELOPE_LIFETIME.total_seconds())
        self._rotation = rotation or SessionRotation()

    @classmethod
    def name(cls) -> str:
        """Also the path: `/webhooks/desk/turn`."""
        return "desk"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> DeskChannel:
        """Takes the secret from the environment, as every other process does."""
        return cls(load().secret_key.get_secret_value())

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The routes Rasa serves: `/turn`, and `/ready` once a model is loaded."""
        blueprint = Blueprint("desk_channel", "desk")

        async def turn(request: Request) -> HTTPResponse:
            envelope = self._accept(request)
            if isinstance(envelope, HTTPResponse):
                return envelope
            return await self._answer(request, envelope, on_new_message)

        async def ready(request: Request) -> HTTPResponse:
            agent = request.app.ctx.agent
            loaded = agent is not None and agent.is_ready()
            return json({"ready": loaded}, status=200 if loaded else 503)

        blueprint.add_route(turn, "/turn", methods=["POST"])
        blueprint.add_route(ready, "/ready", methods=["GET"])
        return blueprint

    def _accept(self, request: Request) -> Envelope | HTTPResponse:
        body = _body(request)
        if body is None:
            return json({"error": "bad request"}, status=400)
        try:
            envelope = self._envelopes.open(body)
        except TokenError:
            return json({"error": "refused"}, status=401)
        if not self._seen.first(envelope.id):
            return json({"error": "refused"}, status=401)
        return envelope

    async def _answer(
        self, request: Request, envelope: Envelope, on_new_message: Callable[[UserMessage], Awaitable[Any]]
    ) -> HTTPResponse:
        collector = ReplyCollector()
        message = self.user_message(envelope, collector)
        try:
            await self._rotation.before_turn(request.app.ctx.agent, envelope.conversation_id)
            await on_new_message(message)
        except Exception:
            logger.exception("A turn failed.")
            return json({"error": "failed"}, status=500)
        if not collector.replies:
            # The action server was away: Rasa swallows that, and the person would be left without a word.
            return json({"error": "no answer"}, status=503)
        return json({"replies": collector.replies})

    def user_message(self, envelope: Envelope, collector: OutputChannel) -> UserMessage:
        """What Rasa processes; who speaks comes from the envelope only."""
        proof = TurnProof(envelope.conversation_id, envelope.message_id, envelope.channel)
        return UserMessage(
            text=envelope.text if envelope.trusted else plain_text(envelope.text),
            output_channel=collector,
            sender_id=envelope.conversation_id,
            input_channel=self.name(),
            message_id=envelope.message_id,
            metadata={"turn": self._turns.sign(proof)},
        )


class ReplyCollector(OutputChannel):
    """Keeps each thing Rasa says whole: text, buttons and card together."""

    def __init__(self) -> None:
        self.replies: list[dict[str, Any]] = []

    @classmethod
    def name(cls) -> str:
        """The name under which responses may have variants for this channel."""
        return "desk"

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Collects one `utter_message`."""
        text = message.get("text") or ""
        buttons = [
            {"title": str(button["title"]), "payload": str(button["payload"])}
            for button in (message.get("buttons") or message.get("quick_replies") or [])
            if button.get("title") and button.get("payload")
        ]
        card = message.get("custom") or None
        if text or buttons or card:
            self.replies.append({"text": text, "buttons": buttons, "card": card})


def _body(request: Request) -> dict[str, str] | None:
    if len(request.body) > MAX_BODY:
        return None
    try:
        body = request.json
    except Exception:
        return None
    if not isinstance(body, dict) or set(body) != {"envelope", "text"}:
        return None
    return body if all(isinstance(part, str) for part in body.values()) else None
