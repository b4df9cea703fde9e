"""Decides whether a message is one wish or several."""

from __future__ import annotations

from typing import Any, Dict, List, Text, Type

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.clause import BEYOND_DOUBT, CERTAIN, SURE, SWITCHES, VERY_SURE, WISHES, Clause
from bot.nlu.clauses import opens
from bot.nlu.component import CLAUSES, MENTIONED, SETTING_GUESS, RuleComponent
from bot.nlu.labels import DENY, MENTION, NONE
from bot.nlu.modality import OUT_OF_SCOPE
from bot.nlu.modality_guard import FALLBACK, GRAVE, HARMFUL
from bot.nlu.settings_extractor import ENTITY
from bot.nlu.wishes import wishes

SEVERAL = "several"
# Said of a message as a whole, even with little trust, these forbid what a clause alone would order.
_TAKEN_BACK, _HEARD = (MENTION, DENY), 0.5
# What a clause alone must have where the message as a whole is surely about something else.
_EVEN_SO = 0.97
WISHES_KEY, _LISTED = "wishes", ("text", "intent", "confidence", "entities")


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
        if not found and whole["name"] in HARMFUL and whole["confidence"] < BEYOND_DOUBT and _mentions(message):
            message.set(INTENT, {"name": FALLBACK, "confidence": whole["confidence"]}, add_to_output=True)
            return
        if _wish(whole, VERY_SURE) and whole["name"] not in {clause.intent for clause in found}:
            found = [clause for clause in found if clause.intent not in GRAVE]
            if whole["name"] in SWITCHES or len(found) < 2:
                return  # The clauses miss what the whole says.
        if whole["name"] == OUT_OF_SCOPE and whole["confidence"] >= CERTAIN:
            found = [clause for clause in found if clause.confidence >= _EVEN_SO]
        if whole["name"] in _TAKEN_BACK and whole["confidence"] >= _HEARD:
            barred = GRAVE if whole["confidence"] < VERY_SURE else {*GRAVE, message.get(MENTIONED) or "opt_out"}
            found = [clause for clause in found if clause.intent not in barred]
        if len(found) > 1:
            self._say(message, SEVERAL, min(clause.confidence for clause in found))
            listed = [{key: getattr(clause, key) for key in _LISTED} for clause in found]
            message.set(WISHES_KEY, listed, add_to_output=True)
        elif found and found[0].intent == whole["name"] and found[0].settings and _told_apart(found[0], message):
            # What other clauses name is not part of this wish.
            rest = [entity for entity in message.get(ENTITIES, []) if entity.get("entity") != ENTITY]
            meant = [entity for entity in found[0].entities if entity.get("entity") == ENTITY]
            if found[0].intent in GRAVE and found[0].named:
                meant = [entity for entity in meant if entity["confidence"] == 1]
            message.set(ENTITIES, [*rest, *meant], add_to_output=True)
        elif found and found[0].intent != whole["name"] and not _wish(whole):
            self._say(message, found[0].intent, found[0].confidence)
            message.set(ENTITIES, found[0].entities, add_to_output=True)

    def _say(self, message: Message, intent: Text, confidence: float) -> None:
        top = {"name": intent, "confidence": confidence}
        rest = [other for other in message.get("intent_ranking", []) if other["name"] != intent]
        below = [{**other, "confidence": min(other["confidence"], 1 - confidence)} for other in rest]
        message.set(INTENT, top, add_to_output=True)
        message.set("intent_ranking", [top, *below], add_to_output=True)


def _mentions(message: Message) -> bool:
    """Whether a clause surely speaks of an act without ordering it."""
    parts = [part.get(INTENT) or {} for part in message.get(CLAUSES)]
    return any(part.get("name") == MENTION and part["confidence"] >= VERY_SURE for part in parts)


def _told_apart(wish: Clause, message: Message) -> bool:
    """Whether the clauses say better which settings are meant than the message as a whole."""
    guess = message.get(SETTING_GUESS) or {"value": NONE, "confidence": 0.0}
    joined = wish.clauses > 1 and (wish.named or wish.intent not in GRAVE)
    return joined or guess["value"] == NONE or guess["confidence"] < VERY_SURE


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
        mentioned=part.get(MENTIONED) if intent.get("name") == MENTION else None,
    )
