"""Which sentences of a policy bear on a question.

A weighted sum of five views, each standardised over the policy: the sentence, the sentence in its context, the
question's topics, words in common (the everyday ones translated), and data practices.
"""

from __future__ import annotations

import numpy as np

from bot.encoder.serving import Vectors
from bot.policy.index import PolicyIndex
from bot.policy.query import Query

FEATURES = ("sentence", "context", "topic", "words", "practice")
FORMAL_WORDS = 0.6


def features(index: PolicyIndex, query: Query) -> Vectors:
    """Shape (units, FEATURES)."""
    views = (
        index.vectors @ query.vector,
        index.contexts @ query.vector,
        index.topics @ query.topics,
        words_in_common(index, query),
        index.practices @ query.practices,
    )
    return np.stack([_standard(view) for view in views], axis=1)


def rank(index: PolicyIndex, query: Query, weights: dict[str, float]) -> Vectors:
    """A score for each unit; only their order and their distances mean anything."""
    return np.asarray(features(index, query) @ np.array([weights[name] for name in FEATURES], np.float32))


def words_in_common(index: PolicyIndex, query: Query) -> Vectors:
    """BM25 of the question, and a share of that of the words policies would use."""
    return index.lexical.scores(query.text) + FORMAL_WORDS * index.lexical.scores(query.formal)


def _standard(scores: Vectors) -> Vectors:
    spread = float(scores.std())
    return np.asarray((scores - scores.mean()) / (spread if spread > 1e-6 else 1.0), np.float32)
