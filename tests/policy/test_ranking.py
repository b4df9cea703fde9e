"""Ranking, abstention and their measures, on any policy."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from bot.encoder.serving import Encoder
from bot.policy import corpus, knowledge, query, ranking_evaluation
from bot.policy.answering import PolicyAnswerer
from bot.policy.curated import load_curated
from bot.policy.errors import PolicyError
from bot.policy.evaluation import evaluate, load_cases
from bot.policy.knowledge import Weights
from bot.policy.ranking_evaluation import RankingCase, Result, evaluate_ranking, summary

ROOT = Path(__file__).resolve().parents[2]
BENCH = ROOT.parent / "shared" / "bench" / "ranking_dev.jsonl"
SENTENCES = [
    "Cookies.",
    "We use cookies to remember you.",
    "We never rent or sell your details to anybody.",
    "We delete your records two years after you leave.",
    "Write to privacy@acme.test with questions.",
]


def policy_file(path: Path, **changes: object) -> Path:
    row = {
        "policy_id": "acme",
        "sentences": SENTENCES,
        "questions": [
            {"id": "1", "question": "do you sell my data", "relevant": [2]},
            {"id": "2", "question": "how long do you keep my data", "relevant": [3]},
            {"id": "3", "question": "who do I contact", "relevant": [4, 0]},
            {"id": "4", "question": "can I pay with paypal", "relevant": None},
        ],
    }
    path.write_text(json.dumps({**row, **changes}) + "\n", encoding="utf-8")
    return path


def test_a_small_policy(encoder: Encoder, tmp_path: Path) -> None:
    found = evaluate_ranking(policy_file(tmp_path / "p.jsonl"), encoder)
    assert found["n"] == 4 and found["hit_1"] == 1.0 and found["mrr"] == 1.0 and found["auroc"] == 1.0
    assert found["by_policy"]["acme"]["n"] == 4
    assert set(found) >= {"hit_3", "hit_5", "precision_3", "recall_3", "f1_3", "accuracy", "macro_f1"}
    json.dumps(found)


def test_the_figures_are_what_they_say() -> None:
    def result(scores: list[float], relevant: tuple[int, ...] | None, answerable: float) -> Result:
        return Result("p", RankingCase("x", "q", relevant), np.array(scores, np.float32), answerable)

    found = summary(
        [result([3, 2, 1, 0], (0, 3), 0.9), result([3, 2, 1, 0], (3,), 0.4), result([1, 2, 3, 4], None, 0.6)], 0.5
    )
    assert (found["mrr"], found["hit_1"], found["hit_3"], found["hit_5"]) == (0.625, 0.5, 0.5, 1.0)
    assert found["precision_3"] == pytest.approx(1 / 6, abs=1e-4) and found["recall_3"] == 0.25
    assert (found["auroc"], found["false_answer_rate"], found["false_abstain_rate"]) == (0.5, 1.0, 0.5)


@pytest.mark.parametrize("changes", [{"sentences": None}, {"questions": [{"question": "x", "relevant": [99]}]}])
def test_a_bad_file_names_the_line(tmp_path: Path, changes: dict[str, object]) -> None:
    with pytest.raises(PolicyError, match=r"p\.jsonl:1"):
        ranking_evaluation.load_policies(policy_file(tmp_path / "p.jsonl", **changes))


@pytest.mark.skipif(not BENCH.exists(), reason="the public benchmark is not beside this checkout")
def test_better_than_minilm_alone_on_other_policies(encoder: Encoder) -> None:
    found = evaluate_ranking(BENCH, encoder)
    assert found["hit_3"] >= 0.60 and found["mrr"] >= 0.52 and found["auroc"] >= 0.90


def test_our_own_cases_reach_their_floors(answerer: PolicyAnswerer) -> None:
    found = evaluate(load_cases(ROOT / "tests" / "evals" / "answers.jsonl"), answerer)
    assert found["quote_hit_1"] >= 0.90 and found["quote_hit_3"] >= 0.97
    assert found["false_answer_rate"] <= 0.05 and found["false_refusal_rate"] <= 0.03


def test_curated_phrasings_are_not_the_cases_own_words(encoder: Encoder) -> None:
    phrasings = [q for entry in load_curated(ROOT / "policy_corpus" / "outsource") for q in entry.questions]
    cases = [c.question for c in load_cases(ROOT / "tests" / "evals" / "answers.jsonl")]
    near = encoder.encode(cases) @ encoder.encode(phrasings).T
    copies = [cases[i] for i in np.flatnonzero(near.max(axis=1) > 0.95)]
    assert not copies


def test_enough_families_and_every_quote_in_force(answerer: PolicyAnswerer) -> None:
    entries = load_curated(ROOT / "policy_corpus" / "outsource")
    assert len(entries) >= 60
    assert all(entry.quotes_in(answerer.document) is not None for entry in entries)


def test_everyday_words_are_translated() -> None:
    assert "law enforcement" in query.formal_words("do the cops get it").replace("law", "law", 1)
    assert query.formal_words("nothing to translate here at home") == ""


def test_weights_survive_a_round_trip_and_stay_small() -> None:
    weights = Weights.load()
    again = Weights.from_json(json.loads(json.dumps(weights.to_json())))
    assert again.to_json() == weights.to_json()
    assert knowledge.WEIGHTS.stat().st_size < 200_000
    assert 0 < weights.partly_from <= weights.answered_from < 1


@pytest.mark.parametrize(
    "body",
    [
        "We share your name.",
        "سياسة الخصوصية. نحن نجمع البيانات. لا نبيعها.",
        "Terms apply.\n\n" * 30 + "We keep your data for a year.",
        "| Data | Kept |\n|---|---|\n| Name | one year |\n",
    ],
)
def test_odd_policies_are_answered_from(encoder: Encoder, body: str) -> None:
    document = corpus.parse_policy(f"---\nid: acme\ntitle: Acme\neffective: 2020-01-01\n---\n{body}")
    answerer = PolicyAnswerer.in_memory(document, encoder)
    for text in ("how long do you keep my data?", "", "?" * 50, "KEEP", "وهل تبيعون بياناتي؟"):
        for answer in answerer.answer(text):
            texts = [q.text for q in answer.quotes]
            assert len(texts) == len(set(texts))
