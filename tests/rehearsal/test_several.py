"""Messages that ask for several things: the figures, and what the trained assistant makes of them."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest

from bot.domain.errors import InvalidInput
from bot.rehearsal import run
from bot.rehearsal.several import Compound, load_compounds, measure

EVALS = Path(__file__).parents[1] / "evals"


def compound(outcomes: set[str], must_not: set[str] = frozenset()) -> Compound:  # type: ignore[assignment]
    return Compound("1", "text", frozenset(outcomes), frozenset(must_not))


def test_the_figures() -> None:
    cases = [compound({"view_settings", "ask_policy"}), compound({"opt_out_facebook"}, {"delete_account"})]
    got = iter([("ask_policy",), ("opt_out_facebook", "delete_account")])
    report = measure(cases, lambda _: next(got), failures=True)
    assert (report["n"], report["exact"], report["must_not_violations"]) == (2, 0.0, 1)
    assert (report["recall"], report["precision"]) == (0.6667, 0.6667)
    assert [(miss["missed"], miss["extra"]) for miss in report["failures"]] == [
        (["view_settings"], []),
        ([], ["delete_account"]),
    ]


def test_the_order_does_not_matter() -> None:
    report = measure([compound({"login", "logout"})], lambda _: ("logout", "login"), failures=False)
    assert report["exact"] == 1.0 and "failures" not in report


@pytest.mark.parametrize("outcomes", [[], ["fly"], None])
def test_a_line_that_is_no_case_is_named(tmp_path: Path, outcomes: list[str] | None) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_text(json.dumps({"id": "1", "text": "hi", "outcomes": outcomes}), encoding="utf-8")
    with pytest.raises(InvalidInput, match=":1 is not a case"):
        load_compounds(file)


@pytest.mark.model
@pytest.mark.parametrize(
    ("name", "exact", "recall", "precision"), [("several", 0.72, 0.83, 0.94), ("several2", 0.79, 0.88, 0.96)]
)
def test_strangers_messages_are_taken_apart_and_nobody_is_deleted(
    name: str, exact: float, recall: float, precision: float
) -> None:
    report = run.several(EVALS / f"{name}.jsonl", failures=True)
    assert not [miss for miss in report["failures"] if "delete_account" in miss["violates"]]
    assert report["exact"] >= exact and report["recall"] >= recall and report["precision"] >= precision, report


def test_logging_is_given_back_as_it_was() -> None:
    before = logging.root.manager.disable
    with run.quiet():
        assert logging.root.manager.disable == logging.ERROR
    assert logging.root.manager.disable == before
