"""Which group of settings a wish is about that names none: "keep my particulars to yourselves" is about sharing.

The catalogue teaches it. Every training example of a wish about settings is labelled with the group its phrases name;
where they name none, with the group one of whose cues it holds. What it then learns goes beyond both, and where it is
not sure, the person is asked.
"""

from __future__ import annotations

import logging
import re
from typing import Any, Dict, List, Optional, Text

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.domain.settings import SETTINGS
from bot.nlu.component import LearningComponent, add_entities, with_clauses
from bot.nlu.settings_extractor import ENTITY, find_settings
from bot.nlu.wording import plain

logger = logging.getLogger(__name__)

WISHES = ("opt_out", "opt_in", "change_setting")
_CUES = {
    "facebook": r"facebook|\bwall\b|timeline|\bfriends?\b|\bposts?\b|\bposting\b|\brecommendations?\b|\bpals\b"
    r"|\bin my name\b",
    "marketing": r"\b(?:e?mail(?:s|ed|ing|ings|box)?|newsletters?|bulletins?|digest|text(?:s|ing)?|txts?|sms"
    r"|call(?:s|ing|ed)?|ring(?:ing)?|phon(?:e me|ing)|letters?|brochures?|catalogue?s?|circulars?|promo\w*|offers?"
    r"|advert\w*|ads|spam\w*|contact(?:ing)? (?:me|us)|writ(?:e|ing) to me|messages?|messaging|inbox|\w*subscri\w*"
    r"|lists?|solicit\w*|commercial\w*|hear from you|deals|junk|bombarding|hassling)\b",
    "sharing": r"\b(?:shar\w+|sell(?:ing)?|sold|sale|pass(?:ing|ed)?|third|partners?|affiliates?|firms|compan(?:y|ies)"
    r"|other (?:users|members|people|companies)|clients?|buyers?|freelancers?|strangers?|disclos\w+"
    r"|giv(?:e|ing) (?:out|away|my)|given out|hand(?:ing)? (?:over|out|my)|private|secret|confidential|leak\w*"
    r"|trad(?:e|ing)|outsid\w*|nobody|no one|anyone|anybody|in house|invisible|to yourselves)\b",
    "use": r"\b(?:research|profil(?:ing|ed)|analy\w+|stud(?:y|ies|ying)|studied|tailor\w*|personali\w+|statistics"
    r"|behaviou?r|tracking|track|interests)\b",
}
_CUE_PATTERNS = {group: re.compile(cues) for group, cues in _CUES.items()}
_GROUP_OF = {entry.key: entry.group for entry in SETTINGS}
_FEWEST = 20
# "Turn it off" is about no group at all.
NONE, _BARE = "none", 4


def taught_group(text: str) -> Optional[str]:
    """The one group a training example is about, NONE where it is too bare to be about any, else None."""
    named = {_GROUP_OF.get(hit.key, hit.key) for hit in find_settings(text)} & set(_CUES)
    if not named:
        named = {group for group, cues in _CUE_PATTERNS.items() if cues.search(plain(text))}
    if not named and len(text.split()) <= _BARE:
        return NONE
    return named.pop() if len(named) == 1 else None


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class SettingGroupClassifier(LearningComponent, EntityExtractorMixin):
    """Adds a `setting` entity valued with a group to wishes about settings in which none was named."""

    untrained = "No groups of settings were learnt; where none is named, the person is asked."

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """`sure`: the least probability at which a group is taken; below it the person is asked."""
        return {"c": 5.0, "meaning": 2.0, "max_iter": 200, "tolerance": 1e-3, "sure": 0.6}

    def __init__(self, config: Dict[Text, Any], model_storage: ModelStorage, resource: Resource) -> None:
        """Untrained."""
        super().__init__(config, model_storage, resource)
        self._sure = float(config["sure"])

    def train(self, training_data: TrainingData) -> Resource:
        """Learns from the examples whose group is plain."""
        wishes = [example for example in training_data.intent_examples if example.get(INTENT) in WISHES]
        taught = [(example, group) for example in wishes if (group := taught_group(example.get(TEXT)))]
        if len(taught) < _FEWEST or len({group for _, group in taught}) < 2:
            logger.debug("Too few wishes about settings to learn groups from.")
            return self._resource
        return self.learn([example for example, _ in taught], [group for _, group in taught])

    def process(self, messages: List[Message]) -> List[Message]:
        """Adds the group to every message and clause that wishes for something and names no setting."""
        for message in with_clauses(messages):
            entities = message.get(ENTITIES, [])
            if not self._model.trained or (message.get(INTENT) or {}).get("name") not in WISHES:
                continue
            if not any(entity.get("entity") == ENTITY for entity in entities):
                self._guess(message)
        return messages

    def _guess(self, message: Message) -> None:
        scores = self.probabilities(message)
        at = int(scores.argmax())
        group = self._model.labels[at]
        if scores[at] >= self._sure and group != NONE:
            value = {"entity": ENTITY, "value": group, "confidence": float(scores[at])}
            add_entities(message, type(self).__name__, [{**value, "start": 0, "end": len(message.get(TEXT))}])
