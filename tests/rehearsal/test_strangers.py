"""Messages of people who saw neither code nor training data, through the trained assistant.

The first look at each file is in docs/understanding.md; these floors keep what was reached.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.rehearsal import run

EVALS = Path(__file__).parents[1] / "evals"


@pytest.mark.model
@pytest.mark.parametrize(
    ("name", "least", "slips"),
    [("intents5", 0.97, 0), ("intents7", 0.97, 0), ("intents10", 0.97, 0), ("intents11", 0.97, 0)],
)
def test_strangers_are_understood_and_not_harmed(name: str, least: float, slips: int) -> None:
    report = run.intents(EVALS / f"{name}.jsonl", failures=True)
    assert report["accuracy"] >= least, report["failures"]
    assert report["must_not_violations"] <= slips, report["failures"]
