"""Puts the reading of `modality` into the pipeline."""

from __future__ import annotations

from typing import Any, Dict, List, Text, Type

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.modality import read

MODALITY = "modality"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class ModalityGuard(GraphComponent, IntentClassifier):
    """Replaces an acting intent by a safe one where the message only speaks of the act.

    The message then carries `modality`: the kind of reading and the intent that gave way.
    """

    @classmethod
    def required_components(cls) -> List[Type]:
        """There must be an intent to look at."""
        return [IntentClassifier]

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """Nothing to configure: what is unsafe is not a matter of taste."""
        return {}

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> ModalityGuard:
        """A guard; there is nothing to load."""
        return cls()

    def process(self, messages: List[Message]) -> List[Message]:
        """Looks at the intent of every message, and at the acting runners-up, which may become buttons."""
        for message in messages:
            if message.get(TEXT) and message.get(INTENT):
                self._guard(message)
        return messages

    def _guard(self, message: Message) -> None:
        text, top = message.get(TEXT), message.get(INTENT)
        reading = read(text, top["name"])
        if reading is None:
            return
        safe = {"name": reading.intent, "confidence": top["confidence"]}
        rest = [
            other
            for other in message.get("intent_ranking", [])
            if other["name"] not in (top["name"], reading.intent) and read(text, other["name"]) is None
        ]
        message.set(INTENT, safe, add_to_output=True)
        message.set("intent_ranking", [safe, *rest], add_to_output=True)
        message.set(MODALITY, {"kind": reading.kind.value, "instead_of": top["name"]}, add_to_output=True)
