"""Logistic regression on sentence vectors, without Rasa."""

from __future__ import annotations

from pathlib import Path
from typing import Sequence

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

Matrix = npt.NDArray[np.float32]
_FILE = "weights.npz"


class LinearModel:
    """Probabilities of labels for vectors.

    Args:
        c: inverse regularisation.
        scale: vectors are multiplied by it; at unit length they would need a very large `c`.
    """

    def __init__(self, c: float, scale: float) -> None:
        self._c, self._scale = c, scale
        self.labels: list[str] = []
        self._weights: Matrix = np.zeros((0, 0), np.float32)
        self._bias: Matrix = np.zeros(0, np.float32)

    @property
    def trained(self) -> bool:
        """Whether it can tell anything."""
        return bool(self.labels)

    def fit(self, vectors: Sequence[Matrix], labels: Sequence[str]) -> None:
        """Learns from examples of two labels or more."""
        model = LogisticRegression(C=self._c, max_iter=200, tol=1e-3)
        model.fit(np.asarray(vectors, np.float32) * self._scale, list(labels))
        self.labels = [str(name) for name in model.classes_]
        self._weights = model.coef_.astype(np.float32)
        self._bias = model.intercept_.astype(np.float32)
        if len(self.labels) == 2:
            self._weights = np.vstack([-self._weights, self._weights]) / 2
            self._bias = np.concatenate([-self._bias, self._bias]) / 2

    def probabilities(self, vector: Matrix) -> Matrix:
        """One probability per label, in the order of `labels`."""
        scores = self._weights @ (np.asarray(vector, np.float32) * self._scale) + self._bias
        scores = np.exp(scores - scores.max())
        return np.asarray(scores / scores.sum(), np.float32)

    def save(self, folder: Path) -> None:
        """Writes the model; numbers and names only, nothing that runs when it is read."""
        np.savez(folder / _FILE, weights=self._weights, bias=self._bias, labels=np.array(self.labels))

    def load(self, folder: Path) -> None:
        """Reads what `save` wrote.

        Raises:
            FileNotFoundError: there is nothing.
        """
        with np.load(folder / _FILE, allow_pickle=False) as stored:
            self._weights, self._bias = stored["weights"], stored["bias"]
            self.labels = [str(name) for name in stored["labels"]]
