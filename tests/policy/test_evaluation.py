"""The measure itself: what counts as a hit, and gold quotes that must be verbatim."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.policy import evaluation
from bot.policy.answering import PolicyAnswerer
from bot.policy.document import PolicyDocument
from bot.policy.errors import NotVerbatim, PolicyError
from bot.policy.evaluation import Case

CASES = Path(__file__).resolve().parents[1] / "evals" / "answers.jsonl"
PHONE = "This phone number will not be given or sold to any third-parties who are not on Outsource.com."


def test_our_cases_are_well_formed(document: PolicyDocument) -> None:
    cases = evaluation.load_cases(CASES)
    assert len(cases) >= 200 and len({c.id for c in cases}) == len(cases)
    titles = {s.title for s in document.sections}
    for case in cases:
        assert set(case.gold_sections) <= titles
        for quote in case.gold_quotes:
            start, end = evaluation.locate(document, quote)
            assert document.text[start:end] == quote


def test_a_good_and_a_bad_case(answerer: PolicyAnswerer) -> None:
    failures: list[dict[str, object]] = []
    result = evaluation.evaluate(
        [
            Case("1", "do you sell my phone number", "answerable", ("Use of Information Collected",), (PHONE,)),
            Case("2", "tell me a joke", "out_of_scope"),
            Case("3", "tell me a joke", "answerable", ("4. Security",), (PHONE,)),
        ],
        answerer,
        on_failure=failures.append,
    )
    assert result["n"] == 3
    assert result["quote_hit_1"] == result["section_hit_1"] == 0.5
    assert (result["false_answer_rate"], result["false_refusal_rate"]) == (0.0, 0.5)
    assert [f["id"] for f in failures] == ["3"]
    json.dumps(result)


def test_a_gold_quote_that_is_not_verbatim_fails(answerer: PolicyAnswerer) -> None:
    with pytest.raises(NotVerbatim):
        evaluation.evaluate([Case("1", "q", "answerable", (), ("We sell everything.",))], answerer)


def test_gold_quotes_may_carry_markdown(document: PolicyDocument) -> None:
    marked = "write to us at\n[support@outsource.com](mailto:support@outsource.com)."
    start, end = evaluation.locate(document, marked)
    assert document.text[start:end] == "write to us at support@outsource.com."


@pytest.mark.parametrize("line", ["{", '{"question": "x"}', '{"question": "x", "kind": "odd"}', "[]"])
def test_a_bad_file_names_the_line(tmp_path: Path, line: str) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_text("\n" + line + "\n", encoding="utf-8")
    with pytest.raises(PolicyError, match=r"cases\.jsonl:2"):
        evaluation.load_cases(path)
