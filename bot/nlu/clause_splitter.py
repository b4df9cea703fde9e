"""Cuts a message into clauses that the rest of the pipeline reads one by one."""

from __future__ import annotations

from typing import List

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.clauses import cut
from bot.nlu.component import CLAUSES, RuleComponent
from bot.nlu.wording import own_words

_COMMAND = "/"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class ClauseSplitter(RuleComponent, EntityExtractorMixin):
    """Puts the clauses beside the message, as messages of their own; a message of one clause gets none."""

    def process(self, messages: List[Message]) -> List[Message]:
        """Cuts every message that is language."""
        for message in messages:
            text = message.get(TEXT) or ""
            spans = [] if text.startswith(_COMMAND) else cut(own_words(text))
            if len(spans) > 1:
                message.set(CLAUSES, [Message({TEXT: text[start:end]}) for start, end in spans])
        return messages
