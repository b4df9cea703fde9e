"""Whether a policy answers a question at all: a model of its own, apart from ranking."""

from __future__ import annotations

import math

import numpy as np

from bot.encoder.serving import Vectors
from bot.policy import lexical
from bot.policy.index import PolicyIndex
from bot.policy.knowledge import Weights
from bot.policy.query import Query
from bot.policy.ranking import words_in_common

FEATURES = (
    "nearest",
    "nearest_three",
    "nearest_context",
    "first",
    "first_on_topic",
    "topic_covered",
    "words",
    "scope",
    "words_known",
)


def features(index: PolicyIndex, query: Query, scores: Vectors) -> Vectors:
    """Shape (FEATURES,). `scores` are those of `ranking.rank`; nearness counts from what is usual for the policy."""
    near = index.vectors @ query.vector
    best = np.argsort(-scores)[:3]
    nearest, nearest_three, nearest_context = index.usual
    said = set(lexical.words(query.text))
    return np.array(
        [
            near.max() - nearest,
            np.sort(near)[-3:].mean() - nearest_three,
            (index.contexts @ query.vector).max() - nearest_context,
            near[best[0]] - nearest,
            index.cover[best].max(axis=0) @ query.topics,
            index.covered @ query.topics,
            math.log1p(float(words_in_common(index, query).max())),
            query.scope,
            sum(w in index.lexical.vocabulary for w in said) / len(said) if said else 0.0,
        ],
        np.float32,
    )


def score(found: Vectors, weights: Weights) -> float:
    """Chance that the policy answers, were as many questions answerable as not; 0..1."""
    total = weights.abstention_bias
    for name, value in zip(FEATURES, found, strict=False):
        mean, deviation, weight = weights.abstention[name]
        total += weight * (float(value) - mean) / deviation
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total))))
