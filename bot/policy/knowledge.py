"""What is known about privacy questions at large, whatever the policy: topics, everyday words and trained weights."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from bot.encoder.serving import Vectors

DATA = Path(__file__).with_name("data")
WEIGHTS = DATA / "weights.json"


@dataclass(frozen=True)
class Topic:
    """Something people ask of any policy.

    Attributes:
        ask: the question of the coverage report.
        questions: ways to ask it.
        statements: ways in which policies answer it.
    """

    id: str
    ask: str
    questions: tuple[str, ...]
    statements: tuple[str, ...]


@lru_cache(maxsize=1)
def topics() -> tuple[Topic, ...]:
    """The topics that come with the program."""
    rows = yaml.safe_load((DATA / "topics.yml").read_text(encoding="utf-8"))
    return tuple(Topic(r["id"], r["ask"], (r["ask"], *r["questions"]), tuple(r["statements"])) for r in rows)


@lru_cache(maxsize=1)
def everyday() -> dict[str, str]:
    """Everyday word -> words that policies use for it."""
    rows: dict[str, list[str]] = yaml.safe_load((DATA / "everyday.yml").read_text(encoding="utf-8"))
    return {word: formal for formal, words in rows.items() for word in words}


def off_topic() -> list[str]:
    """Texts that no privacy policy answers."""
    return [str(row) for row in yaml.safe_load((DATA / "off_topic.yml").read_text(encoding="utf-8"))]


@dataclass(frozen=True)
class Head:
    """A linear layer on sentence vectors: `vectors @ weights.T + bias`."""

    weights: Vectors
    bias: Vectors

    def __call__(self, vectors: Vectors) -> Vectors:
        """Raw scores, shape (n, outputs)."""
        return np.asarray(vectors @ self.weights.T + self.bias, np.float32)


@dataclass(frozen=True)
class Weights:
    """Trained weights; `training.train` makes them, the model card beside them says from what.

    Attributes:
        question_practices: data practices a question is about (sigmoid).
        sentence_practices: data practice a policy sentence states, "other" last (softmax).
        scope: whether a text is a privacy question (sigmoid).
        ranking: weight of each ranking feature.
        abstention: mean, deviation and weight of each abstention feature, then the bias.
        answered_from: score from which a found answer counts as one.
        partly_from: score from which a found passage is shown at all.
    """

    question_practices: Head
    sentence_practices: Head
    scope: Head
    ranking: dict[str, float]
    abstention: dict[str, tuple[float, float, float]]
    abstention_bias: float
    answered_from: float
    partly_from: float

    @classmethod
    def load(cls, path: Path = WEIGHTS) -> Weights:
        """Read the weights that come with the program."""
        return cls.from_json(json.loads(path.read_text(encoding="utf-8")))

    @classmethod
    def from_json(cls, row: dict[str, Any]) -> Weights:
        """The inverse of `to_json`."""

        def head(name: str) -> Head:
            return Head(np.asarray(row[name]["weights"], np.float32), np.asarray(row[name]["bias"], np.float32))

        return cls(
            head("question_practices"),
            head("sentence_practices"),
            head("scope"),
            {k: float(v) for k, v in row["ranking"].items()},
            {k: (float(v[0]), float(v[1]), float(v[2])) for k, v in row["abstention"].items()},
            float(row["abstention_bias"]),
            float(row["answered_from"]),
            float(row["partly_from"]),
        )

    def to_json(self) -> dict[str, Any]:
        """Plain numbers, rounded to what matters."""

        def head(h: Head) -> dict[str, Any]:
            return {
                "weights": h.weights.astype(float).round(3).tolist(),
                "bias": h.bias.astype(float).round(4).tolist(),
            }

        return {
            "ranking": {k: round(v, 4) for k, v in self.ranking.items()},
            "abstention": {k: [round(x, 4) for x in v] for k, v in self.abstention.items()},
            "abstention_bias": round(self.abstention_bias, 4),
            "answered_from": round(self.answered_from, 3),
            "partly_from": round(self.partly_from, 3),
            "question_practices": head(self.question_practices),
            "sentence_practices": head(self.sentence_practices),
            "scope": head(self.scope),
        }


@lru_cache(maxsize=1)
def digest() -> str:
    """Changes when anything does that an index depends on."""
    made = hashlib.sha256()
    for name in ("topics.yml", "everyday.yml", "weights.json"):
        path = DATA / name
        made.update(path.read_bytes() if path.exists() else b"")
    return made.hexdigest()
