"""Which intent a message has, and which setting it is about: logistic regression on the tuned sentence vector.

Chosen over DIET and Rasa's default pipeline; the figures are in docs/understanding.md. Rasa's own
LogisticRegressionClassifier knows intents only, and fixes C = 1 and balanced classes.
"""

from __future__ import annotations

import logging
from typing import Any, Dict, List, Text, Type

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.featurizers.featurizer import Featurizer
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.component import MENTIONED, SETTING_GUESS, sentence_vector, with_clauses
from bot.nlu.labels import MENTION, act_of, intent_of, label_of, share_of
from bot.nlu.linear_model import LinearModel
from bot.nlu.wording import own_words

logger = logging.getLogger(__name__)

_COMMAND = "/"
_RANKED = 10


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class VectorIntentClassifier(IntentClassifier, GraphComponent):
    """Gives messages and their clauses an intent, a ranking, and under `setting_guess` the likeliest setting."""

    @classmethod
    def required_components(cls) -> List[Type]:
        """The sentence vector has to be there."""
        return [Featurizer]

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """`c`, `scale`: as LinearModel takes them."""
        return {"c": 1.0, "scale": 5.0}

    def __init__(self, config: Dict[Text, Any], model_storage: ModelStorage, resource: Resource) -> None:
        """Untrained."""
        self._storage, self._resource = model_storage, resource
        self._model = LinearModel(config["c"], config["scale"])

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> VectorIntentClassifier:
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
    ) -> VectorIntentClassifier:
        """As it was trained."""
        component = cls(config, model_storage, resource)
        try:
            with model_storage.read_from(resource) as folder:
                component._model.load(folder)
        except (ValueError, FileNotFoundError):
            logger.warning("The model holds no intent classifier. Train it again with examples in data/nlu.")
        return component

    def train(self, training_data: TrainingData) -> Resource:
        """Fits the model and stores it. Examples that are commands ("/resume") are not language and are left out."""
        examples = [
            example
            for example in training_data.intent_examples
            if example.get(TEXT) and example.get(INTENT) and not example.get(TEXT).startswith(_COMMAND)
        ]
        if not examples:
            logger.debug("No examples, so no intent classifier.")
            return self._resource
        self._model.fit([sentence_vector(example) for example in examples], [label_of(example) for example in examples])
        with self._storage.write_to(self._resource) as folder:
            self._model.save(folder)
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Nothing later in the pipeline learns from the predictions."""
        return training_data

    def process(self, messages: List[Message]) -> List[Message]:
        """Sets the intent and the ranking. A message without words of its own has none, with confidence 0."""
        for message in messages:
            self._set(message, {})
        for message in with_clauses(messages):
            if self._model.trained and own_words(message.get(TEXT)).strip():
                scores = self._model.probabilities(sentence_vector(message))
                self._set(message, dict(zip(self._model.labels, map(float, scores), strict=True)))
        return messages

    def _set(self, message: Message, scores: Dict[Text, float]) -> None:
        by_intent: Dict[Text, float] = {}
        for name, score in scores.items():
            by_intent[intent_of(name)] = by_intent.get(intent_of(name), 0.0) + score
        ranked = sorted(by_intent.items(), key=lambda item: -item[1])
        ranking = [{"name": name, "confidence": score} for name, score in ranked]
        message.set(INTENT, ranking[0] if ranking else {"name": None, "confidence": 0.0}, add_to_output=True)
        message.set("intent_ranking", ranking[:_RANKED], add_to_output=True)
        if ranking and ranking[0]["name"] == MENTION:
            acts = {name: act for name in scores if (act := act_of(name))}
            message.set(MENTIONED, acts[max(acts, key=lambda name: scores[name])] if acts else None)
        shares = share_of(scores)
        if shares:
            setting = max(shares, key=lambda key: shares[key])
            message.set(SETTING_GUESS, {"value": setting, "confidence": shares[setting]}, add_to_output=True)
