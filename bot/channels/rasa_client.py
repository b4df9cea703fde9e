"""The gateway's and the worker's line to Rasa."""

from __future__ import annotations

import asyncio
from typing import Any, Mapping, Sequence

import aiohttp

from bot.channels.envelope import Envelope, EnvelopeSigner
from bot.domain.errors import BotUnavailable
from bot.domain.identity import Conversation
from bot.domain.messages import Button, Reply

POOL = 32
CONNECT_TIMEOUT = 2.0
MAX_REPLIES = 20
MAX_BUTTONS = 60
MAX_ANSWER = 2 * 1024 * 1024


class RasaClient:
    """`ports.Bot` over HTTP. Its one session is made on first use, inside the running loop.

    Args:
        url: where Rasa listens, for example `http://127.0.0.1:5005`.
        secret: shared with the channel.
        timeout: seconds for one whole turn.
    """

    def __init__(self, url: str, secret: str, timeout: float) -> None:
        self._url = url.rstrip("/")
        self._envelopes = EnvelopeSigner(secret)
        self._timeout = aiohttp.ClientTimeout(total=timeout, connect=CONNECT_TIMEOUT)
        self._session: aiohttp.ClientSession | None = None

    async def send(self, conversation: Conversation, message_id: str, text: str, *, trusted: bool) -> Sequence[Reply]:
        """Gives Rasa one turn. Raises BotUnavailable on anything but a proper answer."""
        envelope = Envelope(conversation.id, message_id, conversation.channel, text, trusted)
        try:
            body = self._envelopes.seal(envelope)
            async with self._http().post(f"{self._url}/webhooks/desk/turn", json=body) as response:
                if response.status != 200:
                    raise BotUnavailable(f"Rasa answered {response.status}.")
                if (response.content_length or 0) > MAX_ANSWER:
                    raise BotUnavailable("Rasa's answer is too long.")
                return parse_replies(await response.json(content_type=None))
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError, ValueError) as error:
            raise BotUnavailable(f"Rasa did not answer: {type(error).__name__}.") from error

    async def alive(self) -> bool:
        """Whether Rasa answers and has its model loaded."""
        patience = aiohttp.ClientTimeout(total=2)
        try:
            async with self._http().get(f"{self._url}/webhooks/desk/ready", timeout=patience) as response:
                return response.status == 200
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError):
            return False

    async def close(self) -> None:
        """Closes the pooled connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _http(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            connector = aiohttp.TCPConnector(limit=POOL)
            self._session = aiohttp.ClientSession(connector=connector, timeout=self._timeout, trust_env=False)
        return self._session


def parse_replies(body: Any) -> list[Reply]:
    """Replies out of the channel's JSON; whatever does not have the agreed shape is an error, not a guess.

    Raises:
        BotUnavailable: the shape is wrong, or nothing was said.
    """
    items = body.get("replies") if isinstance(body, Mapping) else None
    if not isinstance(items, list) or not items:
        raise BotUnavailable("Rasa said nothing.")
    return [_reply(item) for item in items[:MAX_REPLIES]]


def _reply(item: Any) -> Reply:
    if not isinstance(item, Mapping):
        raise BotUnavailable("Rasa's answer is malformed.")
    text, buttons, card = item.get("text"), item.get("buttons"), item.get("card")
    if not isinstance(text, str) or not isinstance(buttons, list) or not (card is None or isinstance(card, Mapping)):
        raise BotUnavailable("Rasa's answer is malformed.")
    return Reply(text, tuple(_button(button) for button in buttons[:MAX_BUTTONS]), card)


def _button(item: Any) -> Button:
    if not (isinstance(item, Mapping) and isinstance(item.get("title"), str) and isinstance(item.get("payload"), str)):
        raise BotUnavailable("Rasa's answer has a malformed button.")
    return Button(item["title"], item["payload"])
