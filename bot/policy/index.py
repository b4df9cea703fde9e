"""The search index of one policy version: one file, written whole, refused when stale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path

import numpy as np

from bot.domain.passages import PolicyRef
from bot.encoder.serving import Encoder, Vectors
from bot.policy import knowledge, stored
from bot.policy.knowledge import Weights
from bot.policy.lexical import LexicalIndex
from bot.policy.topics import TopicVectors
from bot.policy.units import Unit

DEFAULT_DIR = Path("models/policy")
FORMAT = 3
_PARTS = ("vectors", "contexts", "topics", "cover", "practices")


@dataclass(frozen=True)
class PolicyIndex:
    """Units of a policy with everything that ranking needs, aligned by position.

    Attributes:
        vectors: of the sentences, shape (n, 384).
        contexts: of the sentences in their context, shape (n, 384).
        topics: nearness to each topic compared with the other topics, shape (n, topics).
        cover: nearness to each topic, shape (n, topics).
        practices: log-probability of each data practice compared with the rest of the policy, shape (n, 4).
        usual: how near the policy comes to a common question: nearest sentence, nearest three, nearest context.
    """

    units: tuple[Unit, ...]
    vectors: Vectors
    contexts: Vectors
    topics: Vectors
    cover: Vectors
    practices: Vectors
    usual: Vectors
    lexical: LexicalIndex

    @classmethod
    def build(cls, units: Sequence[Unit], encoder: Encoder, topics: TopicVectors, weights: Weights) -> PolicyIndex:
        """Encode and index the units."""
        vectors = encoder.encode([u.text for u in units])
        contexts = encoder.encode([u.context for u in units])
        near = (topics.of_sentences(vectors, 2) + topics.of_sentences(contexts, 2)) / 2
        chances = _softmax(weights.sentence_practices(vectors)) + _softmax(weights.sentence_practices(contexts))
        stated = np.log(chances / 2 + 1e-3)
        return cls(
            tuple(units),
            vectors,
            contexts,
            near - near.mean(axis=1, keepdims=True),
            topics.of_sentences(vectors, 1),
            np.asarray((stated - stated.mean(axis=0))[:, :4], np.float32),
            _usual(vectors, contexts, topics.questions),
            LexicalIndex.build([u.context for u in units]),
        )

    @cached_property
    def covered(self) -> Vectors:
        """How well the policy as a whole covers each topic: mean of its two nearest sentences, shape (topics,)."""
        return np.asarray(np.sort(self.cover, axis=0)[-2:].mean(axis=0), np.float32)

    def save(self, path: Path, ref: PolicyRef, encoder_sha: str) -> None:
        """Write one file that names the policy version and the encoder it belongs to."""
        arrays = {name: getattr(self, name) for name in _PARTS}
        rows = [[getattr(u, f.name) for f in fields(u)] for u in self.units]
        stored.save(
            path,
            _made_for(ref, encoder_sha),
            {**arrays, "usual": self.usual, **self.lexical.arrays()},
            [rows, self.lexical.words()],
        )

    @classmethod
    def load(cls, path: Path, ref: PolicyRef, encoder_sha: str) -> PolicyIndex:
        """Read an index back.

        Raises:
            IndexUnavailable: missing, broken, or made from another text or another encoder.
        """
        arrays, extra = stored.load(path, _made_for(ref, encoder_sha))
        try:
            rows, words = extra
            units = tuple(Unit(*row) for row in rows)
            vectors, contexts, topics, cover, practices = parts = [arrays[name] for name in _PARTS]
            lexical = LexicalIndex.from_arrays(arrays, words, len(units))
        except (KeyError, TypeError, ValueError) as error:
            raise stored.unavailable(path, "it cannot be read") from error
        if {len(part) for part in parts} != {len(units)}:
            raise stored.unavailable(path, "its parts do not fit together")
        return cls(units, vectors, contexts, topics, cover, practices, arrays["usual"], lexical)


def _made_for(ref: PolicyRef, encoder_sha: str) -> list[str]:
    return [str(FORMAT), ref.id, ref.version, encoder_sha, knowledge.digest()]


def _usual(vectors: Vectors, contexts: Vectors, questions: Vectors) -> Vectors:
    """Large policies come near to anything; abstention measures from here."""
    near = questions @ vectors.T
    three = np.sort(near, axis=1)[:, -3:]
    return np.array([near.max(axis=1).mean(), three.mean(), (questions @ contexts.T).max(axis=1).mean()], np.float32)


def _softmax(scores: Vectors) -> Vectors:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), np.float32)
