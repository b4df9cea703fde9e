"""Which sentences of a policy bear on a question."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from bot.policy.encoder import Vectors
from bot.policy.index import PolicyIndex

Scores = npt.NDArray[np.float32]


def rank(index: PolicyIndex, vector: Vectors) -> Scores:
    """A score for each unit; only their order means anything."""
    return standard(index.vectors @ vector) + 0.6 * standard(index.contexts @ vector)


def standard(scores: Scores) -> Scores:
    """Scores with mean 0 and deviation 1 over the policy."""
    spread = float(scores.std())
    return np.asarray((scores - scores.mean()) / (spread if spread > 1e-6 else 1.0), np.float32)


def confidence(index: PolicyIndex, vector: Vectors) -> float:
    """How near the policy comes to the question at all, 0..1."""
    nearest = np.sort(index.vectors @ vector)[-2:]
    return float(np.clip(nearest.mean(), 0.0, 1.0)) if len(nearest) else 0.0
