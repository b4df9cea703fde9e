"""The reliability bins of the report."""

from __future__ import annotations

from bot.policy.report import reliability


def test_bins_weigh_both_classes_the_same() -> None:
    scores = [0.1] * 10 + [0.9] * 40
    truth = [False] * 9 + [True] + [True] * 39 + [False]
    low, high = reliability(scores, truth)
    assert low["n"] == 10 and high["n"] == 40
    assert low["answerable"] < 0.1 < 0.9 < high["answerable"]


def test_no_bins_without_both_classes() -> None:
    assert reliability([0.5, 0.6], [True, True]) == []
