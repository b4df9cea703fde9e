"""Which intent a message has: logistic regression on the sentence vector and on character n-grams, averaged with the
votes of the nearest examples.

Chosen over Rasa's own LogisticRegressionClassifier because that one fixes C = 1 and balanced classes, which
underfits vectors of unit length, and weighs raw n-gram counts above the meaning of the sentence. The figures are in
docs/understanding.md.
"""

from __future__ import annotations

import logging
from typing import Any, Dict, List, Text

import numpy as np
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.component import LearningComponent, with_clauses

logger = logging.getLogger(__name__)

_COMMAND = "/"
_RANKED = 10


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class VectorIntentClassifier(LearningComponent, IntentClassifier):
    """Gives messages and their clauses an intent and a ranking."""

    untrained = "The model holds no intent classifier. Train it again with examples in data/nlu."

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """`c`: inverse regularisation; `meaning`: weight of the sentence vector against the n-grams;
        `neighbours`: weight of the nearest examples against the regression.
        """
        return {"c": 10.0, "meaning": 2.0, "max_iter": 300, "tolerance": 1e-3, "neighbours": 0.8}

    def train(self, training_data: TrainingData) -> Resource:
        """Fits the model. Examples that are commands ("/resume") are not language and are left out."""
        examples = [
            example
            for example in training_data.intent_examples
            if example.get(TEXT) and example.get(INTENT) and not example.get(TEXT).startswith(_COMMAND)
        ]
        if not examples:
            logger.debug("No examples, so no intent classifier.")
            return self._resource
        return self.learn(examples, [example.get(INTENT) for example in examples])

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Nothing later in the pipeline learns from the predictions."""
        return training_data

    def process(self, messages: List[Message]) -> List[Message]:
        """Sets the intent and the ranking. A message without text has none, with confidence 0."""
        for message in messages:
            self._set(message, [])
        for message in with_clauses(messages):
            self._set(message, self._ranking(message) if self._model.trained else [])
        return messages

    def _set(self, message: Message, ranking: List[Dict[Text, Any]]) -> None:
        top = ranking[0] if ranking else {"name": None, "confidence": 0.0}
        message.set(INTENT, top, add_to_output=True)
        message.set("intent_ranking", ranking[:_RANKED], add_to_output=True)

    def _ranking(self, message: Message) -> List[Dict[Text, Any]]:
        scores = self.probabilities(message)
        labels = self._model.labels
        return [{"name": labels[i], "confidence": float(scores[i])} for i in np.argsort(-scores)]
