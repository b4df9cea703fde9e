"""Trains the small weights that ship: `python -m bot.policy.training BENCH_DIR`.

Sources and licences are in docs/answers.md (the model card). Policies of the PolicyQA corpus are never read here.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from bot import files
from bot.encoder.serving import DEFAULT_DIR, Encoder, Vectors
from bot.policy import abstention, corpus, evaluation, fitting, knowledge, ranking
from bot.policy.index import PolicyIndex
from bot.policy.knowledge import Head, Weights
from bot.policy.query import Query, read
from bot.policy.ranking_evaluation import RankingCase, RankingPolicy, load_policies
from bot.policy.topics import TopicVectors
from bot.policy.units import units_of

QUESTION_PRACTICES = ("first", "third", "dataretention", "datasecurity")
SENTENCE_PRACTICES = (
    "data-collection-usage",
    "data-sharing-disclosure",
    "data-storage-retention-deletion",
    "data-security-protection",
    "Other",
)
Prepared = tuple[PolicyIndex, list[Query], list[RankingCase]]


def main(bench: Path, cases: Path = Path("tests/evals/answers.jsonl"), out: Path = knowledge.WEIGHTS) -> dict[str, Any]:
    """Train everything, write the weights, and return the cross-validated figures."""
    encoder = Encoder.load(DEFAULT_DIR, threads=2, cache_size=0)
    topics = TopicVectors.build(encoder)
    weights = heads(bench, encoder)
    policies = [*load_policies(bench / "ranking_dev.jsonl"), own_policy(cases)]
    prepared = [prepare(p, encoder, topics, weights) for p in policies]
    final = fit(prepared, weights)
    held_out = [held_out_scores(prepared, i, weights) for i in range(len(prepared))]
    partly, answered = fitting.thresholds(
        [s for scores, _ in held_out for s in scores], [a for _, truth in held_out for a in truth]
    )
    final = replace(final, partly_from=partly, answered_from=answered)
    text = json.dumps(final.to_json(), separators=(",", ":")).replace('},"', '},\n"') + "\n"
    files.publish_file(out, lambda temporary: _write(temporary, text))
    return {"ranking": final.ranking, "partly_from": partly, "answered_from": answered}


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def heads(bench: Path, encoder: Encoder) -> Weights:
    """The three linear heads, with ranking and abstention still at their starting values."""
    asked = _rows(bench / "question_categories.jsonl")
    stated = _rows(bench / "policyie_train.jsonl")
    about = encoder.encode([r["question"] for r in asked])
    practices = [
        fitting.binary_head(about, np.array([name in r["categories"] for r in asked]), 3.0)
        for name in QUESTION_PRACTICES
    ]
    labels = np.array([SENTENCE_PRACTICES.index(r["label"]) for r in stated])
    privacy = [r["question"] for r in asked if r["categories"]]
    privacy += [q for topic in knowledge.topics() for q in topic.questions]
    other = _off_topic(bench / "nlu")
    inside = np.array([1] * len(privacy) + [0] * len(other))
    return Weights(
        Head(np.concatenate([h.weights for h in practices]), np.concatenate([h.bias for h in practices])),
        fitting.multiclass_head(encoder.encode([r["sentence"] for r in stated]), labels, 2.0),
        fitting.binary_head(encoder.encode(privacy + other), inside, 1.0, balanced=True),
        dict(fitting.RANKING_START),
        {},
        0.0,
        0.5,
        0.5,
    )


def _off_topic(folder: Path) -> list[str]:
    rng = random.Random(1)  # noqa: S311 - a repeatable sample
    everyday = [r["text"] for r in _rows(folder / "clinc150_train.jsonl")]
    banking = [r["text"] for r in _rows(folder / "banking77_train.jsonl")]
    oos = [r["text"] for name in ("train", "val") for r in _rows(folder / f"clinc150_oos_{name}.jsonl")]
    return rng.sample(everyday, 4000) + rng.sample(banking, 800) + oos + knowledge.off_topic() * 4


def own_policy(cases: Path, split: str = "dev") -> RankingPolicy:
    """One half of our own cases on the Outsource.com policy, as a ranking benchmark."""
    document = corpus.load_policy(corpus.DEFAULT_CORPUS / "outsource" / "2015-03-18.md")
    units = units_of(document)
    position = {u.id: i for i, u in enumerate(units)}
    made = []
    for case in evaluation.load_cases(cases):
        spans = [evaluation.locate(document, quote) for quote in case.gold_quotes]
        gold = sorted({position[s] for span in spans for s in document.sentences_in(*span) if s in position})
        if case.split == split and case.quote_mode == "any" and (gold or case.kind == "unanswerable"):
            made.append(RankingCase(case.id, case.question, tuple(gold) if gold else None))
    return RankingPolicy("outsource", tuple(units), tuple(made))


def prepare(policy: RankingPolicy, encoder: Encoder, topics: TopicVectors, weights: Weights) -> Prepared:
    """Index a policy and read its questions."""
    index = PolicyIndex.build(policy.units, encoder, topics, weights)
    return index, read([c.question for c in policy.cases], encoder, topics, weights), list(policy.cases)


def fit(prepared: Sequence[Prepared], weights: Weights) -> Weights:
    """Fit ranking, then abstention on what that ranking gives."""
    lists = [
        [(ranking.features(index, q), list(c.relevant)) for q, c in zip(queries, cases, strict=False) if c.relevant]
        for index, queries, cases in prepared
    ]
    weights = replace(weights, ranking=fitting.listwise(lists))
    table = [row for one in prepared for row in _abstention_rows(one, weights)]
    answerable = np.array([c.relevant is not None for _, _, cases in prepared for c in cases])
    fitted, bias = fitting.abstention(np.stack(table), answerable)
    return replace(weights, abstention=fitted, abstention_bias=bias)


def _abstention_rows(prepared: Prepared, weights: Weights) -> list[Vectors]:
    index, queries, _ = prepared
    return [abstention.features(index, q, ranking.rank(index, q, weights.ranking)) for q in queries]


def held_out_scores(prepared: Sequence[Prepared], which: int, weights: Weights) -> tuple[list[float], list[bool]]:
    """Abstention scores of one policy from weights that never saw it, and whether it answers each question."""
    fitted = fit([p for i, p in enumerate(prepared) if i != which], weights)
    rows = _abstention_rows(prepared[which], fitted)
    return [abstention.score(r, fitted) for r in rows], [c.relevant is not None for c in prepared[which][2]]


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(Path(sys.argv[1])), indent=1) + "\n")
