"""Hears when somebody may be about to harm themselves, whatever else the message asks for.

A rule and not a classifier: missing one is far worse than bringing in a person once too often, so idioms ("these mails
make me want to die") count as well.
"""

from __future__ import annotations

import re
from typing import List, Type

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.component import RuleComponent, overrule
from bot.nlu.wording import own_words, plain

ENTITY, PERSON = "crisis", "human_handoff"
_CRISIS = re.compile(
    r"\bsuicid\w*|\b(?:kill|hang|hurt|harm|cut|drown|shoot)(?:ing)? (?:myself|my ?self)\b"
    r"|\b(?:end|ending|take|taking) my (?:own )?life\b|\bend it all\b(?! off)"
    r"|\b(?:want|wanna|wanted|ready|rather) (?:to )?(?:die|be dead)\b"
    r"|\bwish i (?:was|were) dead\b"
    r"|\b(?:do|can|could|will|would) not (?:want to |wanna |bear to )?(?:live|be alive|wake up|exist|be here)"
    r" (?:any ?more|any longer|like this|tomorrow|again)\b"
    r"|\b(?:no|not any) (?:reason|point|will) (?:to live|to go on|in living|in going on)\b|\bbetter off without me\b"
)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class CrisisGuard(RuleComponent, IntentClassifier):
    """Gives such a message the intent `human_handoff`, for certain, and an entity `crisis`."""

    @classmethod
    def required_components(cls) -> List[Type]:
        """There must be an intent to replace."""
        return [IntentClassifier]

    def process(self, messages: List[Message]) -> List[Message]:
        """Looks at the own words of every message."""
        for message in messages:
            text = message.get(TEXT) or ""
            if not text.startswith("/") and _CRISIS.search(plain(own_words(text))):
                overrule(message, type(self).__name__, PERSON, ENTITY, "yes")
        return messages
