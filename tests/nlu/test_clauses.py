"""Where a message is cut, and what is then asked for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.clauses import cut, opens
from bot.nlu.settings_extractor import ENTITY
from bot.nlu.wishes import Clause, wishes


def pieces(text: str) -> list[str]:
    return [text[start:end] for start, end in cut(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("turn off facebook and marketing", ["turn off facebook and marketing"]),
        (
            "turn off facebook and marketing, and who sees my phone?",
            ["turn off facebook and marketing", "who sees my phone?"],
        ),
        ("stop all mails and then close my account", ["stop all mails", "close my account"]),
        ("delete my account and all my data", ["delete my account and all my data"]),
        ("do you share or sell my data", ["do you share or sell my data"]),
        ("if I closed my account, what would you keep", ["if I closed my account, what would you keep"]),
        (
            "my friend said delete your account and stop the mails",
            ["my friend said delete your account and stop the mails"],
        ),
        ('the button "delete. now" is red', ['the button "delete. now" is red']),
        ("Show my settings. Sign me out.", ["Show my settings.", "Sign me out."]),
        ("", [""]),
    ],
)
def test_cuts(text: str, expected: list[str]) -> None:
    assert pieces(text) == expected


@given(st.text(max_size=500))
def test_any_text_is_cut_into_places_in_order(text: str) -> None:
    spans = cut(text)
    assert spans
    assert all(0 <= start <= end <= len(text) for start, end in spans)
    assert [start for start, _ in spans] == sorted(start for start, _ in spans)


def test_a_flood_of_sentences_gives_few_clauses() -> None:
    assert len(cut("Delete it. " * 500)) <= 8


@pytest.mark.parametrize(("clause", "order"), [("please stop", True), ("who sees it", True), ("my boss saw it", False)])
def test_what_begins_like_an_order(clause: str, order: bool) -> None:
    assert opens(clause) is order


def clause(text: str, intent: str, *settings: str, confidence: float = 0.9) -> Clause:
    entities = [{"entity": ENTITY, "value": key} for key in settings]
    return Clause(text, intent, confidence, opens(text), entities)


def found(*clauses: Clause) -> list[tuple[str, list[str]]]:
    text = ". ".join(part.text for part in clauses)
    return [(wish.intent, wish.settings) for wish in wishes(text, clauses)]


def test_wishes_keep_their_order() -> None:
    both = found(clause("turn off facebook", "opt_out", "facebook"), clause("who sees my phone?", "ask_policy"))
    assert both == [("opt_out", ["facebook"]), ("ask_policy", [])]


def test_wishes_of_one_kind_become_one() -> None:
    both = found(
        clause("stop the newsletter", "opt_out", "newsletter"), clause("turn off facebook", "opt_out", "facebook")
    )
    assert both == [("opt_out", ["newsletter", "facebook"])]


def test_it_is_what_was_named_before() -> None:
    said = found(clause("why is this on facebook", "ask_policy", "facebook"), clause("turn it off", "opt_out"))
    assert said[1] == ("opt_out", ["facebook"])


def test_what_the_whole_message_denies_is_no_wish() -> None:
    denied = (clause("I don't want to delete my account", "delete_account"), clause("just stop the posts", "opt_out"))
    assert [intent for intent, _ in found(*denied)] == ["opt_out"]


def test_a_child_swallows_the_deletion() -> None:
    told = found(clause("my son is ten", "report_child"), clause("delete his account", "delete_account"))
    assert told == [("report_child", [])]


def test_unsure_clauses_do_not_count() -> None:
    assert found(clause("turn off facebook", "opt_out", "facebook", confidence=0.5)) == []
