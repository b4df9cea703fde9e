"""Logistic regression on sentence vectors and character n-grams, without Rasa."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Sequence

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from bot.nlu.wording import plain

Matrix = npt.NDArray[np.float32]
_WEIGHTS, _NAMES = "weights.npz", "names.json"
_SMALL = 100


class LinearTextModel:
    """Probabilities of labels for texts.

    Args:
        c: inverse regularisation.
        meaning: weight of the sentence vector against the n-grams.
        max_iter: at most so many steps of the optimiser.
        tolerance: where it stops.
    """

    def __init__(self, c: float, meaning: float, max_iter: int, tolerance: float) -> None:
        self._c, self._meaning, self._max_iter, self._tolerance = c, meaning, max_iter, tolerance
        self._grams: TfidfVectorizer | None = None
        self.labels: list[str] = []
        self._weights: Matrix = np.zeros((0, 0), np.float32)
        self._bias: Matrix = np.zeros(0, np.float32)

    @property
    def trained(self) -> bool:
        """Whether it can tell anything."""
        return self._grams is not None

    def fit(self, texts: Sequence[str], vectors: Sequence[Matrix], labels: Sequence[str]) -> None:
        """Learns from at least one example of two labels or more."""
        self._grams = _tfidf(min_df=3 if len(texts) > _SMALL else 1)
        self._grams.fit([plain(text) for text in texts])
        model = LogisticRegression(C=self._c, max_iter=self._max_iter, tol=self._tolerance)
        model.fit(self._features(texts, vectors), list(labels))
        self.labels = [str(name) for name in model.classes_]
        self._weights = model.coef_.astype(np.float32)
        self._bias = model.intercept_.astype(np.float32)
        if len(self.labels) == 2:
            self._weights = np.vstack([-self._weights, self._weights]) / 2
            self._bias = np.concatenate([-self._bias, self._bias]) / 2

    def probabilities(self, text: str, vector: Matrix) -> Matrix:
        """One probability per label, in the order of `labels`."""
        scores = (self._features([text], [vector]) @ self._weights.T + self._bias)[0]
        scores = np.exp(scores - scores.max())
        return np.asarray(scores / scores.sum(), np.float32)

    def _features(self, texts: Sequence[str], vectors: Sequence[Matrix]) -> csr_matrix:
        assert self._grams is not None
        grams = self._grams.transform([plain(text) for text in texts])
        return hstack([csr_matrix(np.asarray(vectors) * self._meaning), grams]).tocsr()

    def save(self, folder: Path) -> None:
        """Writes the model; numbers and names only, nothing that runs when it is read."""
        assert self._grams is not None
        names = {"labels": self.labels, "grams": {gram: int(at) for gram, at in self._grams.vocabulary_.items()}}
        np.savez(folder / _WEIGHTS, weights=self._weights, bias=self._bias, idf=self._grams.idf_)
        (folder / _NAMES).write_text(json.dumps(names), encoding="utf-8")

    def load(self, folder: Path) -> None:
        """Reads what `save` wrote.

        Raises:
            FileNotFoundError: there is nothing.
        """
        names = json.loads((folder / _NAMES).read_text(encoding="utf-8"))
        with np.load(folder / _WEIGHTS) as stored:
            self._weights, self._bias = stored["weights"], stored["bias"]
            self._grams = _tfidf(vocabulary=names["grams"])
            self._grams.idf_ = stored["idf"]
        self.labels = names["labels"]


def _tfidf(**options: object) -> TfidfVectorizer:
    return TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True, lowercase=False, **options)
