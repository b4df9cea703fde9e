"""What every custom action shares: who is talking, and what happens when something goes wrong."""

from __future__ import annotations

import asyncio
import logging
from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import Any, Iterable, Sequence

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.failures import WENT_WRONG, say_failure
from bot.channels.envelope import TurnSigner
from bot.domain.errors import NotFound, PrivacyDeskError, TokenError
from bot.wiring import Services
from bot.wiring import services as default_services

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Heard:
    """The person's latest message, as an action may use it.

    Attributes:
        conversation_id: verified to be the gateway's, for this very turn; None when nobody vouches for it.
        entities: values by entity name, in the order they were found.
        ranking: intents with their confidence, likeliest first.
        misses: how many messages before this one, in a row, were not understood or out of scope.
        wishes: where one message asks for several things, each of them as it would have been heard alone.
    """

    text: str
    intent: str
    entities: dict[str, tuple[str, ...]]
    ranking: tuple[tuple[str, float], ...]
    slots: dict[str, Any]
    conversation_id: str | None
    wishes: tuple[Heard, ...] = ()
    misses: int = 0

    @property
    def conversation(self) -> str:
        """The verified conversation.

        Raises:
            NotFound: the message did not come through the gateway.
        """
        if self.conversation_id is None:
            raise NotFound("This message did not come through the gateway.")
        return self.conversation_id

    def share(self, intent: str) -> float:
        """How much trust this intent has, 0..1."""
        return dict(self.ranking).get(intent, 0.0)

    def first(self, entity: str) -> str | None:
        """The first value of an entity, or None."""
        values = self.entities.get(entity, ())
        return values[0] if values else None


class DeskAction(Action, ABC):
    """An action that calls one use case and says what came of it. No error leaves it."""

    rasa_name: str

    def __init__(self, services: Services | None = None) -> None:
        self._services = services

    @property
    def services(self) -> Services:
        """The use cases."""
        return self._services or default_services()

    def name(self) -> str:
        return self.rasa_name

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        try:
            heard = hear(tracker, self.services)
            return list(await asyncio.to_thread(self.act, heard, dispatcher))
        except PrivacyDeskError as error:
            say_failure(dispatcher, error)
        except Exception:
            logger.exception("%s failed", self.rasa_name)
            dispatcher.utter_message(response=WENT_WRONG)
        return []

    @abstractmethod
    def act(self, heard: Heard, dispatcher: CollectingDispatcher) -> Sequence[dict[str, Any]]:
        """Does the work and returns Rasa events. May raise any PrivacyDeskError."""


def hear(tracker: Tracker, services: Services) -> Heard:
    """Reads the latest message; only a turn the gateway signed for this conversation gives it an identity."""
    latest = tracker.latest_message or {}
    heard = Heard(
        text=str(latest.get("text") or ""),
        intent=str((latest.get("intent") or {}).get("name") or ""),
        entities=_entities(latest.get("entities") or ()),
        ranking=tuple(
            (str(item.get("name")), float(item.get("confidence") or 0.0)) for item in latest.get("intent_ranking") or ()
        ),
        slots=dict(tracker.slots),
        conversation_id=_verified(latest.get("metadata"), tracker.sender_id, services),
        misses=_misses(tracker.events),
    )
    return replace(
        heard,
        wishes=tuple(
            replace(
                heard,
                text=wish["text"],
                intent=wish["intent"],
                entities=_entities(wish["entities"]),
                ranking=((wish["intent"], wish["confidence"]),),
            )
            for wish in latest.get("wishes") or ()
        ),
    )


def _misses(events: Iterable[Any]) -> int:
    count = 0
    for event in events:
        name = event.get("name") if event.get("event") == "action" else None
        if name in ("action_fallback", "action_out_of_scope"):
            count += 1
        elif name not in (None, "action_listen", "action_session_start"):
            count = 0
    return count


def _entities(found: Iterable[dict[str, Any]]) -> dict[str, tuple[str, ...]]:
    entities: dict[str, tuple[str, ...]] = {}
    for entity in found:
        name, value = entity.get("entity"), entity.get("value")
        if isinstance(name, str) and isinstance(value, str):
            entities[name] = (*entities.get(name, ()), value)
    return entities


def _verified(metadata: Any, sender_id: str, services: Services) -> str | None:
    token = metadata.get("turn") if isinstance(metadata, dict) else None
    if not isinstance(token, str):
        return None
    try:
        turn = TurnSigner(services.config.secret_key.get_secret_value()).read(token)
    except TokenError:
        return None
    return sender_id if turn.conversation_id == sender_id else None
