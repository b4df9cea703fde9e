"""What the graph components of this package share."""

from __future__ import annotations

import logging
from typing import Any, ClassVar, Dict, List, Sequence, Text, Type

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.featurizer import Featurizer
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from typing_extensions import Self

from bot.nlu.linear_model import LinearTextModel

logger = logging.getLogger(__name__)

CLAUSES = "clauses"


class RuleComponent(GraphComponent):
    """A component that neither learns nor stores; its rules are code."""

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
        return cls()


class LearningComponent(GraphComponent):
    """A component around a LinearTextModel, which it keeps in the storage of the trained model.

    Attributes:
        untrained: what is logged when there is nothing to load.
    """

    untrained: ClassVar[str]

    def __init__(self, config: Dict[Text, Any], model_storage: ModelStorage, resource: Resource) -> None:
        """Untrained; `config` has the arguments of LinearTextModel: `c`, `meaning`, `max_iter`, `tolerance`."""
        self._storage, self._resource = model_storage, resource
        self._model = LinearTextModel(
            config["c"], config["meaning"], config["max_iter"], config["tolerance"], config.get("neighbours", 0.0)
        )

    @classmethod
    def required_components(cls) -> List[Type]:
        """The sentence vector has to be there."""
        return [Featurizer]

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Self:
        """Untrained."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> Self:
        """As it was trained."""
        component = cls(config, model_storage, resource)
        try:
            with model_storage.read_from(resource) as folder:
                component._model.load(folder)
        except (ValueError, FileNotFoundError):
            logger.warning(cls.untrained)
        return component

    def learn(self, examples: Sequence[Message], labels: Sequence[str]) -> Resource:
        """Fits the model and stores it."""
        texts, vectors = [example.get(TEXT) for example in examples], [sentence_vector(each) for each in examples]
        self._model.fit(texts, vectors, labels)
        with self._storage.write_to(self._resource) as folder:
            self._model.save(folder)
        return self._resource

    def probabilities(self, message: Message) -> Any:
        """One probability per label of the model, shape (labels,)."""
        return self._model.probabilities(message.get(TEXT), sentence_vector(message))


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


def sentence_vector(message: Message) -> Any:
    """The sentence vector of a message, shape (size,).

    Raises:
        ValueError: no featurizer gave one.
    """
    _, sentence = message.get_dense_features(TEXT)
    if sentence is None:
        raise ValueError("A featurizer that gives sentence vectors must stand before this component.")
    return sentence.features[0]
