"""The reliability bins of the report."""

from __future__ import annotations

from bot.policy.report import reliability


def test_bins_weigh_both_classes_the_same() -> None:
    scores = [0.1] * 25 + [0.9] * 25
    truth = [False] * 9 + [True] + [False] * 15 + [True] * 24 + [False]
    low, high = reliability(scores, truth, 2)
    assert low["n"] == high["n"] == 25
    assert low["answerable"] < 0.1 < 0.9 < high["answerable"]


def test_no_bins_without_both_classes() -> None:
    assert reliability([0.5, 0.6], [True, True]) == []
