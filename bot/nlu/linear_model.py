"""Logistic regression on sentence vectors and n-grams, averaged with the nearest examples; without Rasa."""

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
# Chosen by cross-validation over 8, 15, 30 neighbours, closeness 8, 14, 22 and weights 0.4, 0.8, 1.3.
_NEAREST, _CLOSENESS = 15, 22.0


class LinearTextModel:
    """Probabilities of labels for texts.

    Args:
        c: inverse regularisation.
        meaning: weight of the sentence vector against the n-grams.
        max_iter: at most so many steps of the optimiser.
        tolerance: where it stops.
        neighbours: weight of the nearest examples against the regression; 0 leaves them out.
    """

    def __init__(self, c: float, meaning: float, max_iter: int, tolerance: float, neighbours: float = 0.0) -> None:
        self._c, self._meaning, self._max_iter, self._tolerance = c, meaning, max_iter, tolerance
        self._neighbours = neighbours
        self._examples: Matrix = np.zeros((0, 0), np.float32)
        self._of_examples: npt.NDArray[np.int16] = np.zeros(0, np.int16)
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
        if self._neighbours:
            self._examples = np.asarray(vectors, np.float16).astype(np.float32)
            self._of_examples = np.asarray([self.labels.index(label) for label in labels], np.int16)
        if len(self.labels) == 2:
            self._weights = np.vstack([-self._weights, self._weights]) / 2
            self._bias = np.concatenate([-self._bias, self._bias]) / 2

    def probabilities(self, text: str, vector: Matrix) -> Matrix:
        """One probability per label, in the order of `labels`."""
        scores = (self._features([text], [vector]) @ self._weights.T + self._bias)[0]
        scores = np.exp(scores - scores.max())
        scores /= scores.sum()
        if len(self._examples):
            scores = (scores + self._neighbours * self._nearest(vector)) / (1 + self._neighbours)
        return np.asarray(scores, np.float32)

    def _nearest(self, vector: Matrix) -> Matrix:
        """Votes of the nearest examples, each with the more weight the nearer it is; they add up to 1."""
        nearness = self._examples @ np.asarray(vector, np.float32)
        found = np.argsort(-nearness)[:_NEAREST]
        votes = np.zeros(len(self.labels), np.float32)
        np.add.at(votes, self._of_examples[found], np.exp(_CLOSENESS * (nearness[found] - nearness[found[0]])))
        return np.asarray(votes / votes.sum(), np.float32)

    def _features(self, texts: Sequence[str], vectors: Sequence[Matrix]) -> csr_matrix:
        assert self._grams is not None
        grams = self._grams.transform([plain(text) for text in texts])
        meaning = csr_matrix(np.asarray(vectors, np.float32) * self._meaning)
        return hstack([meaning, grams]).tocsr().astype(np.float32)

    def save(self, folder: Path) -> None:
        """Writes the model; numbers and names only, nothing that runs when it is read."""
        assert self._grams is not None
        names = {"labels": self.labels, "grams": {gram: int(at) for gram, at in self._grams.vocabulary_.items()}}
        arrays = {"weights": self._weights, "bias": self._bias, "idf": self._grams.idf_}
        np.savez(folder / _WEIGHTS, **arrays, examples=self._examples.astype(np.float16), of_examples=self._of_examples)
        (folder / _NAMES).write_text(json.dumps(names), encoding="utf-8")

    def load(self, folder: Path) -> None:
        """Reads what `save` wrote.

        Raises:
            FileNotFoundError: there is nothing.
        """
        names = json.loads((folder / _NAMES).read_text(encoding="utf-8"))
        with np.load(folder / _WEIGHTS) as stored:
            self._weights, self._bias = stored["weights"], stored["bias"]
            self._examples, self._of_examples = stored["examples"].astype(np.float32), stored["of_examples"]
            self._grams = _tfidf(vocabulary=names["grams"])
            self._grams.idf_ = stored["idf"]
        self.labels = names["labels"]


def _tfidf(**options: object) -> TfidfVectorizer:
    return TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True, lowercase=False, **options)
