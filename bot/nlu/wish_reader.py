"""Decides whether a message is one wish or several."""

from __future__ import annotations

from typing import Any, Dict, List, Text, Type

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.clauses import opens
from bot.nlu.component import CLAUSES, MENTIONED, SETTING_GUESS, RuleComponent
from bot.nlu.labels import NONE
from bot.nlu.modality_guard import GRAVE, HARMFUL
from bot.nlu.settings_extractor import ENTITY
from bot.nlu.wishes import SURE, VERY_SURE, WISHES, Clause, wishes

SEVERAL = "several"
# Said of a message as a whole, even with little trust, these forbid what a clause alone would order.
_TAKEN_BACK, _HEARD = ("mention", "deny"), 0.5
WISHES_KEY = "wishes"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class WishReader(RuleComponent, IntentClassifier):
    """Gives a message with several wishes the intent `several`, and the list of them under `wishes`.

    Where only one clause asks for anything, and the message as a whole was not understood as a wish, that clause
    speaks for the message: "I don't want to leave, just stop the newsletter".
    """

    @classmethod
    def required_components(cls) -> List[Type]:
        """There must be intents to look at."""
        return [IntentClassifier]

    def process(self, messages: List[Message]) -> List[Message]:
        """Looks at every message that was cut."""
        for message in messages:
            if message.get(CLAUSES):
                self._read(message)
        return messages

    def _read(self, message: Message) -> None:
        whole = message.get(INTENT)
        found = wishes(message.get(TEXT), [_clause(part) for part in message.get(CLAUSES)], whole["name"])
        if _wish(whole, VERY_SURE) and whole["name"] not in {clause.intent for clause in found}:
            return  # The clauses miss what the whole says.
        if whole["name"] in _TAKEN_BACK and whole["confidence"] >= _HEARD:
            barred = {*GRAVE, message.get(MENTIONED)} if message.get(MENTIONED) else HARMFUL
            found = [clause for clause in found if clause.intent not in barred]
        if len(found) > 1:
            self._say(message, SEVERAL, min(clause.confidence for clause in found))
            listed = [{"text": c.text, "intent": c.intent, "entities": c.entities} for c in found]
            message.set(WISHES_KEY, listed, add_to_output=True)
        elif found and found[0].intent == whole["name"] and found[0].settings and not _one_setting(message):
            # What other clauses name is not part of this wish.
            rest = [entity for entity in message.get(ENTITIES, []) if entity.get("entity") != ENTITY]
            named = [entity for entity in found[0].entities if entity.get("entity") == ENTITY]
            message.set(ENTITIES, [*rest, *named], add_to_output=True)
        elif found and found[0].intent != whole["name"] and not _wish(whole):
            self._say(message, found[0].intent, found[0].confidence)
            message.set(ENTITIES, found[0].entities, add_to_output=True)

    def _say(self, message: Message, intent: Text, confidence: float) -> None:
        top = {"name": intent, "confidence": confidence}
        rest = [other for other in message.get("intent_ranking", []) if other["name"] != intent]
        below = [{**other, "confidence": min(other["confidence"], 1 - confidence)} for other in rest]
        message.set(INTENT, top, add_to_output=True)
        message.set("intent_ranking", [top, *below], add_to_output=True)


def _one_setting(message: Message) -> bool:
    """Whether the classifier heard one setting in the message as a whole, beyond doubt."""
    guess = message.get(SETTING_GUESS) or {"value": NONE, "confidence": 0.0}
    return bool(guess["value"] != NONE and guess["confidence"] >= VERY_SURE)


def _wish(whole: Dict[Text, Any], enough: float = SURE) -> bool:
    return whole["name"] in WISHES and whole["confidence"] >= enough


def _clause(part: Message) -> Clause:
    intent = part.get(INTENT) or {}
    return Clause(
        part.get(TEXT),
        intent.get("name") or "",
        float(intent.get("confidence") or 0.0),
        opens(part.get(TEXT)),
        part.get(ENTITIES, []),
    )
