"""Cuts a message into clauses that the rest of the pipeline reads one by one."""

from __future__ import annotations

import re
from typing import Any, Dict, List, Text, Tuple

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.encoder.serving import READER_DIR
from bot.nlu.clauses import cut
from bot.nlu.component import CLAUSES, RuleComponent
from bot.nlu.encoder_featurizer import shared_encoder
from bot.nlu.wording import LONGEST, own_words, same_length

_COMMAND = "/"
# As much as the encoder reads at once, up to the end of a sentence if there is one.
_STRETCH = re.compile(r"\s*(?:.{1,700}[.!?\n](?=\s|$)|.{1,700}(?=\s|$)|.{1,700})", re.DOTALL)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class ClauseSplitter(RuleComponent, EntityExtractorMixin):
    """Puts the clauses beside the message, as messages of their own; a message of one clause gets none."""

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """`folder`: where the exported encoder lies that was taught where clauses begin."""
        return {"folder": str(READER_DIR)}

    def process(self, messages: List[Message]) -> List[Message]:
        """Cuts every message that is language."""
        for message in messages:
            text = message.get(TEXT) or ""
            spans = [] if text.startswith(_COMMAND) else self._cut(own_words(text))
            if len(spans) > 1:
                message.set(CLAUSES, [Message({TEXT: text[start:end]}) for start, end in spans])
        return messages

    def _cut(self, text: Text) -> List[Tuple[int, int]]:
        pieces = [(found.start(), found.group()) for found in _STRETCH.finditer(same_length(text[:LONGEST]))]
        told = shared_encoder(self._config["folder"]).beginnings([piece for _, piece in pieces]) if pieces else []
        begins = [(start + at, p) for (start, _), words in zip(pieces, told, strict=True) for at, p in words]
        return cut(text, begins[1:])
