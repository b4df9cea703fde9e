"""Writes what was measured: docs/answers/figures.md and plots. Reads the same functions that serve."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.encoder.serving import Encoder
from bot.policy import steps, training
from bot.policy.answering import PolicyAnswerer
from bot.policy.evaluation import evaluate, load_cases
from bot.policy.knowledge import Weights
from bot.policy.ranking_evaluation import load_policies
from bot.policy.topics import TopicVectors

CASES = Path("tests/evals/answers.jsonl")
_NAMES = {
    "ranking_dev": "Three app policies (PrivacyQA), cross-validated by policy",
    "own": "Outsource.com, the half of our cases that no weight saw, curated answers off",
    "policyqa": "PolicyQA, 20 website policies, measured only",
}


def write_report(bench: Path | None, docs: Path = Path("docs")) -> list[Path]:
    """Measure and write tables and plots.

    Args:
        bench: folder with ranking_dev.jsonl and the training data; without it only our own cases are measured.
        docs: where to write.

    Returns:
        The files written.
    """
    folder = docs / "answers"
    folder.mkdir(parents=True, exist_ok=True)
    encoder = Encoder.load(threads=2, cache_size=20_000)
    answerer = PolicyAnswerer.load(policy="outsource", encoder=encoder)
    parts = ["# Measured figures", "", "Written by `python -m bot eval report`.", ""]
    parts += _served(answerer)
    written = []
    if bench is not None:
        own = training.own_policy(CASES, "test")
        tables = steps.compare(bench, encoder, own)
        for name, table in tables.items():
            parts += ["", f"## {_NAMES[name]}", "", *_table(table)]
        written.append(_reliability(bench, encoder, folder / "reliability.svg"))
    path = folder / "figures.md"
    path.write_text("\n".join(parts) + "\n", encoding="utf-8")
    return [path, *written]


def _served(answerer: PolicyAnswerer) -> list[str]:
    cases = load_cases(CASES)
    lines = ["## Whole answers on our own cases", "", "| cases | n | " + " | ".join(_SERVED.values()) + " |"]
    lines.append("|---|---|" + "---|" * len(_SERVED))
    for name, chosen in (
        ("all", cases),
        ("development half", [c for c in cases if c.split == "dev"]),
        ("held-out half", [c for c in cases if c.split == "test"]),
    ):
        found = evaluate(chosen, answerer)
        lines.append(f"| {name} | {found['n']} | " + " | ".join(f"{found[key]:.3f}" for key in _SERVED) + " |")
    return lines


_SERVED = {
    "section_hit_1": "section hit@1",
    "quote_hit_1": "quote hit@1",
    "quote_hit_3": "quote hit@3",
    "false_answer_rate": "unanswerable answered",
    "false_refusal_rate": "answerable refused",
}


def _table(table: dict[str, Any]) -> list[str]:
    columns = ["mrr", "hit_1", "hit_3", "hit_5"]
    columns += ["auroc"] if any("auroc" in row for row in table.values()) else []
    lines = ["| step | " + " | ".join(columns) + " |", "|---|" + "---|" * len(columns)]
    for step, row in table.items():
        cells = [f"{row[c][0]:.3f} ({row[c][1]:.2f} to {row[c][2]:.2f})" for c in columns]
        lines.append(f"| {step} | " + " | ".join(cells) + " |")
    first = next(iter(table.values()))
    note = f"{first['n']} answerable questions; in brackets the 95 % bootstrap interval."
    if "auroc" in columns:
        note += " AUROC is that of the nearest sentence's cosine, in the last row that of the abstention model."
    return [*lines, "", note]


def _reliability(bench: Path, encoder: Encoder, path: Path) -> Path:
    """How often a policy does answer, against the score given, on policies the weights never saw."""
    topics, weights = TopicVectors.build(encoder), Weights.load()
    policies = [*load_policies(bench / "ranking_dev.jsonl"), training.own_policy(CASES)]
    prepared = [training.prepare(p, encoder, topics, weights) for p in policies]
    scores: list[float] = []
    truth: list[bool] = []
    for which in range(len(prepared)):
        given, real = training.held_out_scores(prepared, which, weights)
        scores += given
        truth += real
    bins = reliability(scores, truth)
    _draw(bins, path, weights)
    path.with_suffix(".json").write_text(json.dumps(bins) + "\n", encoding="utf-8")
    return path


def reliability(scores: Sequence[float], truth: Sequence[bool], count: int = 5) -> list[dict[str, float]]:
    """Bins of equal size: mean score, share answerable (both classes weighing the same), number of questions."""
    yes, no = sum(truth), len(truth) - sum(truth)
    ordered = sorted(zip(scores, truth, strict=True))
    bins = []
    for i in range(count):
        inside = ordered[len(ordered) * i // count : len(ordered) * (i + 1) // count]
        if not inside or not yes or not no:
            continue
        positive = sum(t for _, t in inside) / yes
        negative = sum(not t for _, t in inside) / no
        mean = sum(s for s, _ in inside) / len(inside)
        share = positive / (positive + negative)
        bins.append({"score": round(mean, 3), "answerable": round(share, 3), "n": len(inside)})
    return bins


def _draw(bins: Sequence[dict[str, float]], path: Path, weights: Weights) -> None:
    import matplotlib  # type: ignore[import-untyped]

    matplotlib.use("Agg")
    matplotlib.rcParams.update({"svg.hashsalt": "answers", "font.size": 9})
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(4.2, 3.6))
    axes.plot([0, 1], [0, 1], color="#999999", linewidth=1, linestyle="--")
    axes.plot([b["score"] for b in bins], [b["answerable"] for b in bins], marker="o", color="#1f5fa8")
    for b in bins:
        axes.annotate(f"n={b['n']:.0f}", (b["score"], b["answerable"]), xytext=(4, -12), textcoords="offset points")
    for threshold, name in ((weights.partly_from, "partly"), (weights.answered_from, "answered")):
        axes.axvline(threshold, color="#c04f15", linewidth=1)
        axes.text(threshold + 0.01, 0.02, name, color="#c04f15", rotation=90, va="bottom")
    axes.set(xlim=(0, 1), ylim=(0, 1), xlabel="score given", ylabel="share the policy does answer")
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
    pyplot.close(figure)
