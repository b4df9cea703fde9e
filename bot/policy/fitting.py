"""Fitting of the small models, with scikit-learn and SciPy; only training imports this."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from bot.encoder.serving import Vectors
from bot.policy import abstention as abstention_features
from bot.policy import ranking
from bot.policy.knowledge import Head

RANKING_START = {"sentence": 0.5, "context": 0.4, "topic": 0.9, "words": 0.4, "practice": 0.15}
_PULL = 0.4
_ABSTENTION_C = 0.01
Listed = tuple[Vectors, list[int]]


def binary_head(vectors: Vectors, truth: npt.NDArray[Any], c: float, *, balanced: bool = False) -> Head:
    """Logistic regression with one output."""
    model = LogisticRegression(C=c, max_iter=1000, class_weight="balanced" if balanced else None).fit(vectors, truth)
    return Head(np.asarray(model.coef_, np.float32), np.asarray(model.intercept_, np.float32))


def multiclass_head(vectors: Vectors, labels: npt.NDArray[Any], c: float) -> Head:
    """Multinomial logistic regression."""
    model = LogisticRegression(C=c, max_iter=1000, multi_class="multinomial").fit(vectors, labels)
    return Head(np.asarray(model.coef_, np.float32), np.asarray(model.intercept_, np.float32))


def listwise(policies: Sequence[Sequence[Listed]]) -> dict[str, float]:
    """Ranking weights that raise the relevant sentences' share of a softmax over the policy.

    Weights are pulled towards RANKING_START, so that a handful of policies cannot bend them far. Questions of a policy
    count less the more there are of them.

    Args:
        policies: for each policy, for each question, the features (units, FEATURES) and the relevant units.
    """
    start = np.array([RANKING_START[name] for name in ranking.FEATURES])
    data = [(x.astype(float), r, len(p) ** -0.5) for p in policies for x, r in p]
    total = sum(share for _, _, share in data)

    def loss(w: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        value, slope = 0.0, np.zeros_like(w)
        for x, relevant, share in data:
            scores = x @ w
            power = np.exp(scores - scores.max())
            chance = power / power.sum()
            inside = power[relevant] / power[relevant].sum()
            value -= share * float(np.log(chance[relevant].sum()))
            slope -= share * (x[relevant].T @ inside - x.T @ chance)
        off = w - start
        return value / total + _PULL * float(off @ off), slope / total + 2 * _PULL * off

    found = minimize(loss, start, jac=True, method="L-BFGS-B").x
    return {name: float(w) for name, w in zip(ranking.FEATURES, found, strict=False)}


def abstention(table: Vectors, answerable: npt.NDArray[Any]) -> tuple[dict[str, tuple[float, float, float]], float]:
    """Logistic regression on standardised abstention features; classes weigh the same."""
    mean, deviation = table.mean(axis=0), table.std(axis=0) + 1e-6
    model = LogisticRegression(C=_ABSTENTION_C, max_iter=1000, class_weight="balanced")
    model.fit((table - mean) / deviation, answerable)
    # Strong regularisation shrinks the scores towards 0.5; stretch them to honest probabilities.
    raw = model.decision_function((table - mean) / deviation)
    stretch = LogisticRegression(C=100.0, class_weight="balanced").fit(raw[:, None], answerable)
    slope, shift = float(stretch.coef_[0, 0]), float(stretch.intercept_[0])
    rows = zip(abstention_features.FEATURES, mean, deviation, model.coef_[0] * slope, strict=False)
    fitted = {name: (float(m), float(d), float(w)) for name, m, d, w in rows}
    return fitted, float(model.intercept_[0]) * slope + shift


def thresholds(scores: Sequence[float], answerable: Sequence[bool]) -> tuple[float, float]:
    """(partly_from, answered_from) on held-out scores.

    A passage is shown from where the mean of the two error rates is least; it counts as a full answer from where at
    most one unanswerable question in ten would pass.
    """
    values, truth = np.array(scores), np.array(answerable)
    grid = np.unique(np.round(values, 3))
    errors = [((values[truth] < t).mean() + (values[~truth] >= t).mean()) / 2 for t in grid]
    partly = float(grid[int(np.argmin(errors))])
    strict = [float(t) for t in grid if (values[~truth] >= t).mean() <= 0.10]
    return partly, max(partly, strict[0] if strict else 1.0)
