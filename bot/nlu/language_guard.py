"""Keeps messages in another language from being misread as English."""

from __future__ import annotations

from typing import List, Type

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.component import RuleComponent, overrule
from bot.nlu.language import foreign_language
from bot.nlu.wording import readable

OTHER_LANGUAGE = "other_language"
ENTITY = "language"
# Greetings and thanks are understood in many languages, and answered as such.
_UNDERSTOOD = frozenset(["greet", "thanks", "goodbye", "affirm", "deny"])
_SURE = 0.6


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class LanguageGuard(RuleComponent, IntentClassifier):
    """Gives a message in another language the intent `other_language` and an entity `language`."""

    @classmethod
    def required_components(cls) -> List[Type]:
        """There must be an intent to replace."""
        return [IntentClassifier]

    def process(self, messages: List[Message]) -> List[Message]:
        """Looks at every message with text."""
        for message in messages:
            text = message.get(TEXT) or ""
            code = None if text.startswith("/") else foreign_language(readable(text))
            if code is not None and not self._understood(message):
                overrule(message, type(self).__name__, OTHER_LANGUAGE, ENTITY, code)
        return messages

    def _understood(self, message: Message) -> bool:
        intent = message.get(INTENT) or {}
        return intent.get("name") in _UNDERSTOOD and intent.get("confidence", 0.0) >= _SURE
