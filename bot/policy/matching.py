"""Which curated answer a question asks for, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from bot.encoder.serving import Encoder, Vectors
from bot.policy.curated import CuratedAnswer
from bot.policy.knowledge import Head
from bot.policy.lexical import LexicalIndex
from bot.policy.query import Query

_REGULARISATION = 30.0
_FORMAL_WORDS = 0.4


@dataclass(frozen=True)
class Match:
    """A question held against the curated answers.

    Attributes:
        order: positions of the entries, best first.
        confidence: how sure it is that the best entry is meant; above about 0.66 it usually is.
        margin: distance to the second best, in standard deviations of the scores.
        share: of the best entry in the classifier's vote.
        phrasing: position of the nearest phrasing of the best entry, among all phrasings.
        nearness: cosine to it.
    """

    order: tuple[int, ...]
    confidence: float
    margin: float
    share: float
    phrasing: int
    nearness: float


@dataclass(frozen=True)
class CuratedMatcher:
    """Nearest phrasings, a classifier over the entries, and words in common."""

    phrasings: Vectors
    owners: npt.NDArray[np.int64]
    classifier: Head
    lexical: LexicalIndex

    @classmethod
    def build(cls, entries: Sequence[CuratedAnswer], encoder: Encoder) -> CuratedMatcher:
        """Encode all phrasings and train the classifier on them; takes a few seconds."""
        from bot.policy.fitting import multiclass_head

        vectors = encoder.encode([q for entry in entries for q in entry.questions])
        owners = np.array([i for i, entry in enumerate(entries) for _ in entry.questions], np.int64)
        if len(entries) > 2:
            head = multiclass_head(vectors, owners, _REGULARISATION)
        else:
            head = Head(np.zeros((len(entries), vectors.shape[1]), np.float32), np.zeros(len(entries), np.float32))
        return cls(vectors, owners, head, LexicalIndex.build([" ".join(entry.questions) for entry in entries]))

    @cached_property
    def _slots(self) -> npt.NDArray[np.int64]:
        """Positions of each entry's phrasings, one entry a row, filled up with one past the last phrasing."""
        rows = [np.flatnonzero(self.owners == i) for i in range(int(self.owners.max()) + 1)]
        longest = max(3, *(len(row) for row in rows))
        return np.stack([np.pad(row, (0, longest - len(row)), constant_values=len(self.owners)) for row in rows])

    def match(self, query: Query, evidence: Vectors, served: npt.NDArray[np.bool_]) -> Match:
        """Rank the entries.

        Args:
            query: the question.
            evidence: for each entry, the ranking score of the words it stands on (0 where it has none).
            served: entries that may be shown.
        """
        near = self.phrasings @ query.vector
        best_first = -np.sort(-np.append(near, np.float32(np.nan))[self._slots], axis=1)[:, :3]
        nearest, three = best_first[:, 0], np.nanmean(best_first, axis=1)
        votes = self.classifier(query.vector[None])[0]
        shares = np.exp(votes - votes.max())
        shares /= shares.sum()
        words = self.lexical.scores(query.text) + _FORMAL_WORDS * self.lexical.scores(query.formal)
        scores = _standard(nearest) + 0.5 * _standard(three) + 0.2 * evidence
        scores = np.where(served, scores + 0.3 * _standard(words) + 0.4 * _standard(votes), -np.inf)
        order = np.argsort(-scores, kind="stable")
        best = int(order[0])
        confidence = float(nearest[best] + 0.25 * shares[best] + 0.02 * query.scope)
        margin = float(scores[best] - scores[order[1]]) if len(order) > 1 else 9.0
        phrasing = int(np.where(self.owners == best, near, -np.inf).argmax())
        ranked = tuple(int(i) for i in order if served[i])
        return Match(ranked, confidence, margin, float(shares[best]), phrasing, float(near[phrasing]))


def _standard(scores: Vectors) -> Vectors:
    return np.asarray((scores - scores.mean()) / (scores.std() + 1e-6), np.float32)
