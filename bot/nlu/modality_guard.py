"""Puts the reading of `modality` into the pipeline."""

from __future__ import annotations

import re
from typing import Any, Dict, List, Text, Type

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.acts import FAMILIES
from bot.nlu.component import RuleComponent, with_clauses
from bot.nlu.modality import Kind, Reading, read

MODALITY = "modality"
FALLBACK = "nlu_fallback"
# What is done, or set going, by these is not undone by asking once more.
HARMFUL = ("delete_account", "opt_in", "opt_out", "revoke_request")
GRAVE = ("delete_account", "opt_in")
# A yes is bound to what was proposed, so it must be one: a word, or one of these signs.
_YES, _YES_SIGN = "affirm", re.compile("[\U0001f44d\U0001f44c\U0001f197\u2705\u2714\u2611]")
_COURTESIES = ("greet", "goodbye", "thanks")
# Readings that hold whatever the classifier's trust.
_FIRM = {
    "delete_account": (Kind.NEGATED, Kind.RETRACTED, Kind.HYPOTHETICAL),
    "opt_in": (Kind.RETRACTED,),
    "opt_out": (Kind.RETRACTED,),
}


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class ModalityGuard(RuleComponent, IntentClassifier):
    """Holds an acting intent back where the message may only speak of the act.

    Two witnesses: the classifier, which has learnt thousands of mentions, and the rules of `modality`. Where the
    classifier is very sure, the rules are heard only on what is taken back, and on a deletion that is denied or
    supposed; where it is not, both must agree; where it is unsure, the person is asked.

    A yes is bound to a proposal and a courtesy closes a talk, so either must be certain enough as well.

    A message held back by a rule carries `modality`: the kind of reading and the intent that gave way.
    """

    @classmethod
    def required_components(cls) -> List[Type]:
        """There must be an intent to look at."""
        return [IntentClassifier]

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """`sure`: where the classifier needs no second witness; `act_from`: below it the person is asked; `grave_from`:
        the same for deletion and opting in; `yes_from`: the same for a yes; `courtesy_from`: the same for a greeting,
        which nonsense is easily taken for. All 0..1.
        """
        return {"sure": 0.9, "act_from": 0.85, "grave_from": 0.92, "yes_from": 0.9, "courtesy_from": 0.75}

    def process(self, messages: List[Message]) -> List[Message]:
        """Looks at the intent of every message and clause, and at the acting runners-up, which may become buttons."""
        for message in with_clauses(messages):
            top = message.get(INTENT)
            if top and top["name"] in FAMILIES:
                self._guard(message, top["name"], top["confidence"])
            elif top and not self._meant(message.get(TEXT), top["name"], top["confidence"]):
                message.set(INTENT, {"name": FALLBACK, "confidence": top["confidence"]}, add_to_output=True)
        return messages

    def _meant(self, text: Text, name: Text, confidence: float) -> bool:
        """Whether a yes is a yes, and a courtesy no nonsense."""
        if name in _COURTESIES:
            return confidence >= float(self._config["courtesy_from"])
        worded = confidence >= float(self._config["yes_from"]) and any(letter.isalpha() for letter in text)
        return name != _YES or worded or _YES_SIGN.search(text) is not None

    def _guard(self, message: Message, name: Text, confidence: float) -> None:
        reading = read(message.get(TEXT), name)
        if reading and (confidence < self._config["sure"] or reading.kind in _FIRM.get(name, ())):
            self._give_way(message, name, confidence, reading)
        elif name in HARMFUL and confidence < self._config["grave_from" if name in GRAVE else "act_from"]:
            message.set(INTENT, {"name": FALLBACK, "confidence": confidence}, add_to_output=True)

    def _give_way(self, message: Message, name: Text, confidence: float, reading: Reading) -> None:
        safe = {"name": reading.intent, "confidence": confidence}
        rest = [
            other
            for other in message.get("intent_ranking", [])
            if other["name"] not in (name, reading.intent) and read(message.get(TEXT), other["name"]) is None
        ]
        message.set(INTENT, safe, add_to_output=True)
        message.set("intent_ranking", [safe, *rest], add_to_output=True)
        message.set(MODALITY, {"kind": reading.kind.value, "instead_of": name}, add_to_output=True)
