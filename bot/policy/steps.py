"""What each step of ranking gives, side by side, always on policies or cases that the fitted weights never saw."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from bot.encoder.serving import Encoder, Vectors
from bot.policy import abstention, ranking, training
from bot.policy.index import PolicyIndex
from bot.policy.knowledge import Weights
from bot.policy.query import Query
from bot.policy.ranking_evaluation import RankingPolicy, Result, auroc, first_rank, load_policies
from bot.policy.topics import TopicVectors

Scorer = Callable[[PolicyIndex, Query], Vectors]
_DRAWS = 2000


def _with(**weights: float) -> Scorer:
    return lambda index, query: ranking.rank(index, query, {name: weights.get(name, 0.0) for name in ranking.FEATURES})


def _plain_words(index: PolicyIndex, query: Query) -> Vectors:
    return index.lexical.scores(query.text)


def _untranslated(index: PolicyIndex, query: Query) -> Vectors:
    return _with(sentence=0.5, context=0.4, topic=0.9, words=0.4)(index, replace(query, formal=""))


STEPS: dict[str, Scorer] = {
    "BM25": _plain_words,
    "MiniLM, sentence alone": _with(sentence=1.0),
    "+ context": _with(sentence=0.5, context=0.4),
    "+ topics": _with(sentence=0.5, context=0.4, topic=0.9),
    "+ words (BM25)": _untranslated,
    "+ everyday words translated": _with(sentence=0.5, context=0.4, topic=0.9, words=0.4),
    "+ data practices": _with(sentence=0.5, context=0.4, topic=0.9, words=0.4, practice=0.15),
}


def compare(bench: Path, encoder: Encoder, own: RankingPolicy) -> dict[str, Any]:
    """Run every step on the development policies, our own held-out cases and, measured only, the PolicyQA policies."""
    topics, weights = TopicVectors.build(encoder), Weights.load()
    development = load_policies(bench / "ranking_dev.jsonl")
    practice = training.own_policy(Path("tests/evals/answers.jsonl"))
    prepared = [training.prepare(p, encoder, topics, weights) for p in [*development, practice]]
    folds = [training.fit([p for i, p in enumerate(prepared) if i != n], weights) for n in range(len(development))]
    everything = training.fit(prepared, weights)
    sets = {"ranking_dev": [(p, w) for p, w in zip(development, folds, strict=False)], "own": [(own, everything)]}
    measured = bench / "policyqa_dev_measure_only.jsonl"
    if measured.exists():
        sets["policyqa"] = [(p, everything) for p in load_policies(measured)]
    return {name: _table(rows, encoder, topics, weights) for name, rows in sets.items()}


def _table(
    rows: Sequence[tuple[RankingPolicy, Weights]], encoder: Encoder, topics: TopicVectors, weights: Weights
) -> dict[str, Any]:
    ready = [(training.prepare(policy, encoder, topics, weights), fitted, policy.id) for policy, fitted in rows]
    table: dict[str, Any] = {}
    for name, score in STEPS.items():
        table[name] = figures(
            [
                Result(pid, case, score(index, query), float((index.vectors @ query.vector).max()))
                for (index, queries, cases), _, pid in ready
                for query, case in zip(queries, cases, strict=False)
            ]
        )
    table["fitted weights, as served"] = figures(
        [
            served(index, query, case, fitted, pid)
            for (index, queries, cases), fitted, pid in ready
            for query, case in zip(queries, cases, strict=False)
        ]
    )
    return table


def served(index: PolicyIndex, query: Query, case: Any, weights: Weights, policy_id: str) -> Result:
    """One question ranked and scored with given weights."""
    scores = ranking.rank(index, query, weights.ranking)
    return Result(policy_id, case, scores, abstention.score(abstention.features(index, query, scores), weights))


def figures(results: Sequence[Result]) -> dict[str, Any]:
    """Mean and 95 % bootstrap interval of each figure, questions drawn with replacement."""
    asked = [r for r in results if r.case.relevant]
    ranks = np.array([first_rank(r) for r in asked])
    rng = np.random.default_rng(0)
    draws = rng.integers(0, len(ranks), (_DRAWS, len(ranks)))
    found: dict[str, Any] = {"n": len(ranks)}
    columns = {"mrr": 1 / ranks, "hit_1": ranks <= 1, "hit_3": ranks <= 3, "hit_5": ranks <= 5}
    for name, values in columns.items():
        found[name] = _interval(float(values.mean()), values[draws].mean(axis=1))
    yes = np.array([r.answerable for r in asked])
    no = np.array([r.answerable for r in results if not r.case.relevant])
    if len(no):
        areas = [
            auroc(yes[rng.integers(0, len(yes), len(yes))].tolist(), no[rng.integers(0, len(no), len(no))].tolist())
            for _ in range(_DRAWS // 4)
        ]
        found["auroc"] = _interval(auroc(yes.tolist(), no.tolist()) or 0.0, np.array(areas, float))
    return found


def _interval(value: float, draws: Any) -> list[float]:
    low, high = np.quantile(draws, [0.025, 0.975])
    return [round(value, 3), round(float(low), 3), round(float(high), 3)]
