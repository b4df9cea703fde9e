"""Puts the reading of `modality` into the pipeline."""

from __future__ import annotations

from typing import List, Type

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.component import RuleComponent, with_clauses
from bot.nlu.modality import read

MODALITY = "modality"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class ModalityGuard(RuleComponent, IntentClassifier):
    """Replaces an acting intent by a safe one where the message only speaks of the act.

    The message then carries `modality`: the kind of reading and the intent that gave way.
    """

    @classmethod
    def required_components(cls) -> List[Type]:
        """There must be an intent to look at."""
        return [IntentClassifier]

    def process(self, messages: List[Message]) -> List[Message]:
        """Looks at the intent of every message, and at the acting runners-up, which may become buttons."""
        for message in with_clauses(messages):
            if message.get(INTENT):
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
