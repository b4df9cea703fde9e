"""The evaluation of understanding: cases, labels, figures, and the command."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bot.domain.errors import InvalidInput
from bot.domain.passages import Outcome
from bot.domain.proposals import ProposalKind
from bot.rehearsal.intents import Case, Result, load_cases, misses, report
from bot.rehearsal.outcomes import LABELS, Doings


def case(expected: str, must_not: set[str] = frozenset(), also_ok: set[str] = frozenset()) -> Case:  # type: ignore[assignment]
    return Case("1", "text", expected, frozenset(must_not), frozenset(also_ok))


@pytest.mark.parametrize(
    ("keys", "on", "labels"),
    [
        (["facebook"], False, ("opt_out_facebook",)),
        (["facebook_advice", "newsletter"], False, ("opt_out_facebook", "opt_out_marketing")),
        (["share_clients"], True, ("opt_in_sharing",)),
        (["ads_tailoring"], False, ("opt_out_marketing",)),
        (["research"], False, ("change_setting",)),
    ],
)
def test_a_wish_about_settings_is_labelled_by_its_groups(keys: list[str], on: bool, labels: tuple[str, ...]) -> None:
    doings = Doings()
    doings.wish(ProposalKind.CHANGE_SETTINGS, {"keys": keys, "on": on})
    assert doings.of_turn(["action_change_setting"]) == labels


def test_a_setting_that_was_not_named_is_a_question_back() -> None:
    assert Doings().of_turn(["action_change_setting"]) == ("change_setting",)


@pytest.mark.parametrize(
    ("outcome", "label"),
    [(Outcome.ANSWERED, "ask_policy"), (Outcome.NOT_IN_POLICY, "ask_policy"), (Outcome.OUT_OF_SCOPE, "out_of_scope")],
)
def test_a_question_counts_by_how_it_was_answered(outcome: Outcome, label: str) -> None:
    doings = Doings()
    doings.answer([outcome])
    assert doings.of_turn(["action_answer_policy"]) == (label,)


def test_something_not_understood_is_out_of_scope() -> None:
    assert Doings().of_turn(["action_fallback"]) == ("out_of_scope",)
    assert Doings().of_turn([]) == ("out_of_scope",)


def test_every_kind_of_outcome_has_a_known_label() -> None:
    doings = Doings()
    for kind in ProposalKind:
        doings.wish(kind, {"keys": ["facebook"], "on": True})
    assert set(doings.labels) <= set(LABELS)


def test_of_several_outcomes_the_wanted_one_counts() -> None:
    result = Result(case("ask_policy"), ("opt_out_facebook", "ask_policy"))
    assert result.right and result.predicted == "ask_policy"


def test_an_outcome_that_must_not_be_is_one_wherever_it_stands() -> None:
    result = Result(case("ask_policy", must_not={"delete_account"}), ("ask_policy", "delete_account"))
    assert result.violations == ("delete_account",)
    assert [miss["violates"] for miss in misses([result])] == [["delete_account"]]


@pytest.mark.parametrize(("outcome", "right"), [("deny", True), ("ask_policy", True), ("opt_out_facebook", False)])
def test_negated_takes_anything_but_what_must_not_be(outcome: str, right: bool) -> None:
    assert Result(case("negated", must_not={"opt_out_facebook"}), (outcome,)).right is right


def test_the_figures() -> None:
    results = [
        Result(case("greet"), ("greet",)),
        Result(case("greet", also_ok={"thanks"}), ("thanks",)),
        Result(case("deny", must_not={"delete_account"}), ("delete_account",)),
        Result(case("delete_account"), ("delete_account",)),
    ]
    figures = report(results)
    assert (figures["n"], figures["accuracy"], figures["must_not_violations"]) == (4, 0.75, 1)
    assert figures["per_label"]["delete_account"] == {"precision": 0.5, "recall": 1.0, "n": 1}
    assert figures["per_label"]["deny"] == {"precision": None, "recall": 0.0, "n": 1}
    assert "thanks" not in figures["per_label"]


@pytest.mark.parametrize(
    "line",
    ["no json", "[]", '{"id": "1", "text": "a"}', '{"id": "1", "text": "a", "expected": "opt_out"}'],
)
def test_a_line_that_is_no_case_is_named(tmp_path: Path, line: str) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_text(json.dumps({"id": "0", "text": "hi", "expected": "greet"}) + "\n" + line, encoding="utf-8")
    with pytest.raises(InvalidInput, match=":2 is not a case"):
        load_cases(file)


@pytest.mark.parametrize("name", ["missing.jsonl", "empty.jsonl"])
def test_a_file_without_cases_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty.jsonl").write_text("\n", encoding="utf-8")
    with pytest.raises(InvalidInput):
        load_cases(tmp_path / name)


@pytest.mark.model
def test_the_command_prints_one_object(tmp_path: Path) -> None:
    file = tmp_path / "cases.jsonl"
    rows = [
        {"id": "1", "text": "delete my account", "expected": "delete_account", "must_not": []},
        {"id": "2", "text": "don't delete my account", "expected": "negated", "must_not": ["delete_account"]},
        {"id": "3", "text": "stop posting on my facebook", "expected": "opt_out_facebook", "must_not": []},
        {"id": "4", "text": "do you sell my phone number", "expected": "greet", "must_not": ["ask_policy"]},
    ]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "bot", "eval", "intents", str(file), "--json", "--failures"],
        capture_output=True,
        text=True,
        check=True,
    )
    figures = json.loads(done.stdout)
    assert (figures["n"], figures["accuracy"], figures["must_not_violations"]) == (4, 0.75, 1)
    assert [(miss["id"], miss["got"]) for miss in figures["failures"]] == [("4", ["ask_policy"])]
