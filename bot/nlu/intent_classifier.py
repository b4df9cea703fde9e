"""Which intent a message has: logistic regression on the sentence vector and on character n-grams.

Chosen over Rasa's own LogisticRegressionClassifier because that one fixes C = 1 and balanced classes, which
underfits vectors of unit length, and weighs raw n-gram counts above the meaning of the sentence.
"""

from __future__ import annotations

import json
import logging
from typing import Any, Dict, List, Optional, Text, Type

import numpy as np
import numpy.typing as npt
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.featurizers.featurizer import Featurizer
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from bot.nlu.wording import plain

logger = logging.getLogger(__name__)

_COMMAND = "/"
_RANKED = 10
_WEIGHTS, _NAMES = "weights.npz", "names.json"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class VectorIntentClassifier(GraphComponent, IntentClassifier):
    """Linear model over `meaning` x sentence vector and tf-idf of character n-grams inside words."""

    @classmethod
    def required_components(cls) -> List[Type]:
        """The sentence vector has to be there."""
        return [Featurizer]

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """`c`: inverse regularisation; `meaning`: weight of the sentence vector against the n-grams."""
        return {"c": 10.0, "meaning": 2.0, "max_iter": 300, "tolerance": 1e-3}

    def __init__(self, config: Dict[Text, Any], model_storage: ModelStorage, resource: Resource) -> None:
        """An untrained classifier."""
        self._config = config
        self._storage = model_storage
        self._resource = resource
        self._grams: Optional[TfidfVectorizer] = None
        self._intents: List[Text] = []
        self._weights: npt.NDArray[np.float32] = np.zeros((0, 0), np.float32)
        self._bias: npt.NDArray[np.float32] = np.zeros(0, np.float32)

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> VectorIntentClassifier:
        """An untrained classifier."""
        return cls(config, model_storage, resource)

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
        self._grams = _grams(min_df=2 if len(examples) > 100 else 1)
        self._grams.fit([plain(example.get(TEXT)) for example in examples])
        model = LogisticRegression(
            C=self._config["c"], max_iter=self._config["max_iter"], tol=self._config["tolerance"]
        )
        model.fit(self._features(examples), [example.get(INTENT) for example in examples])
        self._intents = [str(name) for name in model.classes_]
        self._weights = model.coef_.astype(np.float32)
        self._bias = model.intercept_.astype(np.float32)
        if len(self._intents) == 2:
            self._weights = np.vstack([-self._weights, self._weights])
            self._bias = np.concatenate([-self._bias, self._bias])
        self._persist()
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Nothing later in the pipeline learns from the predictions."""
        return training_data

    def process(self, messages: List[Message]) -> List[Message]:
        """Sets the intent and the ranking. A message without text has none, with confidence 0."""
        for message in messages:
            ranking = self._ranking(message) if message.get(TEXT) and self._grams is not None else []
            top = ranking[0] if ranking else {"name": None, "confidence": 0.0}
            message.set(INTENT, top, add_to_output=True)
            message.set("intent_ranking", ranking[:_RANKED], add_to_output=True)
        return messages

    def _ranking(self, message: Message) -> List[Dict[Text, Any]]:
        scores = self._features([message]) @ self._weights.T + self._bias
        scores = np.exp(scores[0] - scores[0].max())
        scores /= scores.sum()
        return [{"name": self._intents[i], "confidence": float(scores[i])} for i in np.argsort(-scores)]

    def _features(self, messages: List[Message]) -> csr_matrix:
        assert self._grams is not None
        vectors = []
        for message in messages:
            _, sentence = message.get_dense_features(TEXT)
            if sentence is None:
                raise ValueError("VectorIntentClassifier needs a featurizer that gives sentence vectors before it.")
            vectors.append(sentence.features[0])
        grams = self._grams.transform([plain(message.get(TEXT)) for message in messages])
        return hstack([csr_matrix(np.asarray(vectors) * self._config["meaning"]), grams]).tocsr()

    def _persist(self) -> None:
        assert self._grams is not None
        names = {"intents": self._intents, "grams": {gram: int(at) for gram, at in self._grams.vocabulary_.items()}}
        with self._storage.write_to(self._resource) as folder:
            np.savez(folder / _WEIGHTS, weights=self._weights, bias=self._bias, idf=self._grams.idf_)
            (folder / _NAMES).write_text(json.dumps(names), encoding="utf-8")

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> VectorIntentClassifier:
        """The classifier as it was trained."""
        component = cls(config, model_storage, resource)
        try:
            with model_storage.read_from(resource) as folder:
                names = json.loads((folder / _NAMES).read_text(encoding="utf-8"))
                with np.load(folder / _WEIGHTS) as stored:
                    component._weights, component._bias = stored["weights"], stored["bias"]
                    component._grams = _grams(vocabulary=names["grams"])
                    component._grams.idf_ = stored["idf"]
                component._intents = names["intents"]
        except (ValueError, FileNotFoundError):
            logger.warning("The model holds no intent classifier. Train it again with examples in data/nlu.")
        return component


def _grams(**options: Any) -> TfidfVectorizer:
    return TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, lowercase=False, **options)
