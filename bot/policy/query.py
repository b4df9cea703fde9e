"""A question as ranking and abstention see it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.encoder.serving import Encoder, Vectors
from bot.policy import knowledge, lexical
from bot.policy.knowledge import Weights
from bot.policy.topics import TopicVectors

_WORD = re.compile(r"[a-z0-9]+")
PRACTICES = ("collection", "sharing", "retention", "security")


@dataclass(frozen=True)
class Query:
    """One question.

    Attributes:
        vector: sentence vector.
        topics: how much it is about each topic.
        practices: how much it is about each of PRACTICES.
        scope: how much it is a privacy question at all (logit).
        formal: what policies say for its everyday words.
    """

    text: str
    vector: Vectors
    topics: Vectors
    practices: Vectors
    scope: float
    formal: str


def read(texts: Sequence[str], encoder: Encoder, topics: TopicVectors, weights: Weights) -> list[Query]:
    """Prepare questions; they are encoded in one go."""
    vectors = encoder.encode(texts)
    practices = sigmoid(weights.question_practices(vectors))
    scopes = weights.scope(vectors)[:, 0]
    return [
        Query(text, vector, topics.of_question(vector), practice, float(scope), formal_words(text))
        for text, vector, practice, scope in zip(texts, vectors, practices, scopes, strict=False)
    ]


def formal_words(text: str) -> str:
    """Words that policies use for the everyday words of a text, without those it has already."""
    present = set(lexical.words(text))
    table = knowledge.everyday()
    found = [w for word in _WORD.findall(text.lower()) for w in table.get(word, "").split()]
    return " ".join(w for w in dict.fromkeys(found) if not set(lexical.words(w)) <= present)


def sigmoid(values: Vectors) -> Vectors:
    """1 / (1 + e^-x) without overflow."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(values, -30.0, 30.0))), np.float32)
