"""Measures ranking and abstention on any policy given as a list of sentences."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bot.encoder.serving import Encoder, Vectors
from bot.policy import abstention, ranking
from bot.policy.errors import PolicyError
from bot.policy.index import PolicyIndex
from bot.policy.knowledge import Weights
from bot.policy.query import read
from bot.policy.topics import TopicVectors
from bot.policy.units import Unit, units_of_sentences


@dataclass(frozen=True)
class RankingCase:
    """A question with the positions of the sentences that answer it; None when the policy does not."""

    id: str
    question: str
    relevant: tuple[int, ...] | None


@dataclass(frozen=True)
class RankingPolicy:
    """A policy and questions about it."""

    id: str
    units: tuple[Unit, ...]
    cases: tuple[RankingCase, ...]


@dataclass(frozen=True)
class Result:
    """What came out for one question: scores of all units, and the chance that the policy answers."""

    policy_id: str
    case: RankingCase
    scores: Vectors
    answerable: float


def load_policies(path: Path) -> list[RankingPolicy]:
    """Read a file with one policy as JSON object a line."""
    policies = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            size = len(row["sentences"])
            cases = tuple(_case(n, q, size) for n, q in enumerate(row["questions"]))
            units = tuple(units_of_sentences([str(s) for s in row["sentences"]]))
            policies.append(RankingPolicy(str(row["policy_id"]), units, cases))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise PolicyError(f"{path}:{number}: not a policy with questions: {error!r}") from error
    return policies


def _case(number: int, row: dict[str, Any], size: int) -> RankingCase:
    relevant = row["relevant"]
    if relevant is not None and not all(isinstance(i, int) and 0 <= i < size for i in relevant):
        raise ValueError(f"question {number}: relevant names a sentence that is not there")
    return RankingCase(str(row.get("id", number)), str(row["question"]), tuple(relevant) if relevant else None)


def run(policy: RankingPolicy, encoder: Encoder, topics: TopicVectors, weights: Weights) -> list[Result]:
    """Rank and score every question of a policy, as serving does."""
    if not policy.units:
        return []
    index = PolicyIndex.build(policy.units, encoder, topics, weights)
    results = []
    for case, query in zip(
        policy.cases, read([c.question for c in policy.cases], encoder, topics, weights), strict=False
    ):
        scores = ranking.rank(index, query, weights.ranking)
        found = abstention.score(abstention.features(index, query, scores), weights)
        results.append(Result(policy.id, case, scores, found))
    return results


def evaluate_ranking(path: Path, encoder: Encoder, weights: Weights | None = None) -> dict[str, Any]:
    """Figures for a file of policies, with the weights that serve unless others are given."""
    weights = weights or Weights.load()
    topics = TopicVectors.build(encoder)
    results = [r for policy in load_policies(path) for r in run(policy, encoder, topics, weights)]
    names = list(dict.fromkeys(r.policy_id for r in results))
    by_policy = {name: summary([r for r in results if r.policy_id == name], weights.partly_from) for name in names}
    return {**summary(results, weights.partly_from), "by_policy": by_policy}


def summary(results: Sequence[Result], threshold: float) -> dict[str, Any]:
    """All figures of a set of results."""
    asked = [r for r in results if r.case.relevant]
    ranks = [first_rank(r) for r in asked]
    at3 = [_at_three(r) for r in asked]
    return {
        "n": len(results),
        "mrr": _mean([1 / rank for rank in ranks]),
        **{f"hit_{k}": _mean([rank <= k for rank in ranks]) for k in (1, 3, 5)},
        "precision_3": _mean([p for p, _ in at3]),
        "recall_3": _mean([r for _, r in at3]),
        "f1_3": _mean([2 * p * r / (p + r) if p + r else 0.0 for p, r in at3]),
        "auroc": auroc([r.answerable for r in asked], [r.answerable for r in results if not r.case.relevant]),
        **_decisions(results, threshold),
    }


def first_rank(result: Result) -> int:
    """Rank of the first relevant sentence, from 1."""
    order = np.argsort(-result.scores, kind="stable")
    return int(np.flatnonzero(np.isin(order, list(result.case.relevant or ())))[0]) + 1


def _at_three(result: Result) -> tuple[float, float]:
    relevant = set(result.case.relevant or ())
    shown = [int(i) for i in np.argsort(-result.scores, kind="stable")[:3]]
    hits = len(relevant.intersection(shown))
    return hits / len(shown), hits / len(relevant)


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float | None:
    """Chance that an answerable question scores above one that is not."""
    if not positive or not negative:
        return None
    yes, no = np.array(positive)[:, None], np.array(negative)[None]
    return round(float((yes > no).mean() + (yes == no).mean() / 2), 4)


def _decisions(results: Sequence[Result], threshold: float) -> dict[str, Any]:
    truth = np.array([bool(r.case.relevant) for r in results])
    said = np.array([r.answerable >= threshold for r in results])
    f1 = []
    for side in (True, False):
        hits = int(((said == side) & (truth == side)).sum())
        total = int((said == side).sum() + (truth == side).sum())
        if (truth == side).any():
            f1.append(2 * hits / total if total else 0.0)
    return {
        "accuracy": _mean(list(said == truth)),
        "macro_f1": _mean(f1),
        "false_answer_rate": _mean(list(said[~truth])),
        "false_abstain_rate": _mean(list(~said[truth])),
    }


def _mean(values: Sequence[Any]) -> float | None:
    return round(float(np.mean([float(v) for v in values])), 4) if len(values) else None
