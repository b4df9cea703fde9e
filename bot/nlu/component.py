"""What the graph components of this package share."""

from __future__ import annotations

from typing import Any, Dict, List, Text

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from typing_extensions import Self

CLAUSES, SETTING_GUESS, MENTIONED = "clauses", "setting_guess", "mentioned"


class RuleComponent(GraphComponent):
    """A component that neither learns nor stores; its rules are code and its configuration."""

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """Nothing to configure."""
        return {}

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Self:
        """A component as configured; there is nothing to load."""
        return cls(config)

    def __init__(self, config: Dict[Text, Any] | None = None) -> None:
        """As configured; what is left out is the default."""
        self._config = {**self.get_default_config(), **(config or {})}


def with_clauses(messages: List[Message]) -> List[Message]:
    """The messages that have text, and behind each the clauses it was cut into, as messages of their own."""
    found: List[Message] = []
    for message in messages:
        if message.get(TEXT):
            found += [message, *message.get(CLAUSES, [])]
    return found


def add_entities(message: Message, name: Text, entities: List[Dict[Text, Any]]) -> None:
    """Appends entities to those a message has, signed with the component's name."""
    signed = [{**entity, "extractor": name} for entity in entities]
    message.set(ENTITIES, message.get(ENTITIES, []) + signed, add_to_output=True)


def overrule(message: Message, name: Text, intent: Text, entity: Text, value: Text) -> None:
    """Gives a message an intent for certain, and an entity over all of its text, signed with the component's name."""
    top = {"name": intent, "confidence": 1.0}
    message.set(INTENT, top, add_to_output=True)
    message.set("intent_ranking", [top], add_to_output=True)
    spot = {"entity": entity, "start": 0, "end": len(message.get(TEXT)), "value": value, "confidence": 1.0}
    add_entities(message, name, [spot])


def sentence_vector(message: Message) -> Any:
    """The sentence vector of a message, shape (size,).

    Raises:
        ValueError: no featurizer gave one.
    """
    _, sentence = message.get_dense_features(TEXT)
    if sentence is None:
        raise ValueError("A featurizer that gives sentence vectors must stand before this component.")
    return sentence.features[0]
