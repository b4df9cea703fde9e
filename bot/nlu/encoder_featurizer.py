"""Sentence vectors of the encoder that was taught privacy wishes, as Rasa features."""

from __future__ import annotations

import logging
from functools import lru_cache
from pathlib import Path
from typing import Any, Dict, List, Optional, Text, Type

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import FEATURIZER_CLASS_ALIAS
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot import files
from bot.encoder.export import TAUGHT, export
from bot.encoder.serving import READER_DIR, Encoder
from bot.nlu.component import with_clauses
from bot.nlu.wording import own_words, plain

logger = logging.getLogger(__name__)


@lru_cache(maxsize=2)
def shared_encoder(folder: str) -> Encoder:
    """One encoder for the whole process; Rasa makes a featurizer each for training and for serving."""
    return Encoder.load(Path(folder), threads=2)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class EncoderFeaturizer(DenseFeaturizer, GraphComponent):
    """Adds one sentence vector of unit length per message; words get none."""

    @classmethod
    def required_components(cls) -> List[Type]:
        """Rasa's featurizers stand behind a tokenizer."""
        return [Tokenizer]

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """`folder`: where the exported encoder lies; `taught`: the changes it was taught, "" for none."""
        return {**DenseFeaturizer.get_default_config(), "folder": str(READER_DIR), "taught": str(TAUGHT)}

    @classmethod
    def fingerprint_addon(cls, config: Dict[Text, Any]) -> Optional[Text]:
        """Lets Rasa's cache tell vectors of one teaching from those of another."""
        taught = config.get("taught", str(TAUGHT))
        return files.sha256_of(Path(taught)) if taught else None

    @classmethod
    def validate_config(cls, config: Dict[Text, Any]) -> None:
        """Nothing to check: a missing folder is made at training and refused by the encoder at serving."""

    def __init__(self, config: Dict[Text, Any], name: Text) -> None:
        """The encoder is loaded with the first message that has text."""
        super().__init__(name, config)
        self._folder: str = config["folder"]
        self._taught = Path(config["taught"]) if config["taught"] else None

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> EncoderFeaturizer:
        """A featurizer that has nothing of its own to store."""
        return cls(config, execution_context.node_name)

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Vectors for every example; exports the encoder first where it is missing or stale."""
        if export(Path(self._folder), self._taught):
            logger.info("The sentence encoder was exported to %s.", self._folder)
            shared_encoder.cache_clear()
        self.process(training_data.training_examples)
        return training_data

    def process(self, messages: List[Message]) -> List[Message]:
        """Adds the vector to every message that has text, and to its clauses.

        Raises:
            EncoderUnavailable: the exported encoder is missing or broken.
        """
        spoken = with_clauses(messages)
        if not spoken:
            return messages
        vectors = shared_encoder(self._folder).encode([plain(own_words(message.get(TEXT))) for message in spoken])
        for message, vector in zip(spoken, vectors, strict=True):
            message.add_features(
                Features(vector.reshape(1, -1), FEATURE_TYPE_SENTENCE, TEXT, self._config[FEATURIZER_CLASS_ALIAS])
            )
        return messages
