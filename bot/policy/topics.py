"""Topic vectors: they carry a visitor's question over to the words in which policies answer it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bot.encoder.serving import Encoder, Vectors
from bot.policy import knowledge

_SHARPNESS = 0.06
Indexes = npt.NDArray[np.int64]


@dataclass(frozen=True)
class TopicVectors:
    """Vectors of the topics' questions and statements; `*_topic` gives the topic of each row."""

    questions: Vectors
    question_topic: Indexes
    statements: Vectors
    statement_topic: Indexes

    @classmethod
    def build(cls, encoder: Encoder) -> TopicVectors:
        """Encode all topics."""
        rows = knowledge.topics()
        asked = [(i, text) for i, topic in enumerate(rows) for text in topic.questions]
        stated = [(i, text) for i, topic in enumerate(rows) for text in topic.statements]
        return cls(
            encoder.encode([text for _, text in asked]),
            np.array([i for i, _ in asked], np.int64),
            encoder.encode([text for _, text in stated]),
            np.array([i for i, _ in stated], np.int64),
        )

    def of_question(self, vector: Vectors) -> Vectors:
        """How much a question is about each topic; sums to 1, shape (topics,)."""
        near = np.full(int(self.question_topic.max()) + 1, -1.0, np.float32)
        np.maximum.at(near, self.question_topic, self.questions @ vector)
        weight = np.exp((near - near.max()) / _SHARPNESS)
        return np.asarray(weight / weight.sum(), np.float32)

    def of_sentences(self, vectors: Vectors, nearest: int) -> Vectors:
        """How near each sentence comes to each topic's statements: mean of the `nearest`, shape (n, topics)."""
        near = vectors @ self.statements.T
        columns = [
            np.sort(near[:, self.statement_topic == topic], axis=1)[:, -nearest:].mean(axis=1)
            for topic in range(int(self.statement_topic.max()) + 1)
        ]
        return np.asarray(np.stack(columns, axis=1), np.float32)
