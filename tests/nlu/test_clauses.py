"""Where a message is cut, and what is then asked for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.encoder.serving import READER_DIR
from bot.nlu.clause import Clause
from bot.nlu.clause_splitter import ClauseSplitter
from bot.nlu.clauses import cut, opens
from bot.nlu.component import CLAUSES
from bot.nlu.settings_extractor import ENTITY
from bot.nlu.wishes import wishes
from tests.nlu.conftest import ROOT
from tests.nlu.graph import message

SURE = 0.9


def pieces(marked: str) -> list[str]:
    """Cuts a text in which "|" stands where a clause surely begins."""
    text, begins = "", []
    for piece in marked.split("|"):
        begins.append((len(text), SURE))
        text += piece
    return [text[start:end] for start, end in cut(text, begins)]


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("turn off facebook and marketing", ["turn off facebook and marketing"]),
        ("fb posts off, |and who sees my phone?", ["fb posts off", "who sees my phone?"]),
        ("stop all mails |and then close my account", ["stop all mails", "then close my account"]),
        ("1. Stop it\n|2) delete me", ["Stop it", "delete me"]),
        ("mails off\n|* wall off", ["mails off", "wall off"]),
        ("tell me if you share |and sell it", ["tell me if you share and sell it"]),
        ("If so, fine. |What would you keep", ["If so, fine.", "What would you keep"]),
        ("my friend said delete it |and stop the mails", ["my friend said delete it and stop the mails"]),
        ('the button "delete. |now" is red', ['the button "delete. now" is red']),
        ("the coach: 'Stop it. |Leave it.' |I won't", ["the coach: 'Stop it. Leave it.'", "I won't"]),
        ("don't stop 'em. |show the sellers' data", ["don't stop 'em.", "show the sellers' data"]),
        ("Show my settings. |Sign me out.", ["Show my settings.", "Sign me out."]),
        ("", [""]),
    ],
)
def test_cuts(marked: str, expected: list[str]) -> None:
    assert pieces(marked) == expected


def test_where_it_is_unlikely_nothing_is_cut() -> None:
    assert cut("stop this, stop that", [(11, 0.4)]) == [(0, 20)]


@given(st.text(max_size=500), st.lists(st.tuples(st.integers(0, 600), st.floats(0, 1))))
def test_any_text_is_cut_into_places_in_order(text: str, begins: list[tuple[int, float]]) -> None:
    spans = cut(text, sorted(begins))
    assert spans
    assert all(0 <= start <= end <= len(text) for start, end in spans)
    assert [start for start, _ in spans] == sorted(start for start, _ in spans)


def test_a_flood_of_sentences_gives_few_clauses() -> None:
    assert len(pieces("Delete it. |" * 500)) <= 8


@pytest.mark.model
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("turn off facebook and marketing, and who sees my phone?", 2),
        ("fb posts back on pls, promo texts off pls", 2),
        ("erase my profile. and the spam, stop that too", 2),
        ("quit the wall thing then put me back on the newsletter and tell me who sees my phone", 3),
        ("stop sharing my name, my phone and my address with partners, advertisers and other users", 1),
        ("my friend said delete it and stop the mails", 1),
        ("do you share or sell my data", 1),
        ("", 0),
        ("\u202e \ud800", 0),
        ("/greet", 0),
    ],
)
def test_the_encoder_knows_where_clauses_begin(text: str, expected: int) -> None:
    spoken = message(text)
    ClauseSplitter({"folder": str(ROOT / READER_DIR)}).process([spoken])
    assert len(spoken.get(CLAUSES, [])) == (expected if expected > 1 else 0)


@pytest.mark.model
@pytest.mark.parametrize(
    "text", ["a" * 20_000, "stop it now " * 2_000, "\n" * 5_000], ids=["a word", "orders", "lines"]
)
def test_the_longest_text_gives_few_clauses(text: str) -> None:
    spoken = message(text)
    ClauseSplitter({"folder": str(ROOT / READER_DIR)}).process([spoken])
    assert len(spoken.get(CLAUSES, [])) <= 8


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
    denied = (
        clause("I don't want to delete my account", "delete_account"),
        clause("just stop the posts", "opt_out", "facebook"),
    )
    assert [intent for intent, _ in found(*denied)] == ["opt_out"]


def test_a_child_swallows_the_deletion() -> None:
    told = found(clause("my son is ten", "report_child"), clause("delete his account", "delete_account"))
    assert told == [("report_child", [])]


def test_a_thing_alone_goes_the_way_of_what_stands_before() -> None:
    both = found(clause("no newsletter", "opt_out", "newsletter"), clause("Facebook likewise", "opt_in", "facebook"))
    assert both == [("opt_out", ["newsletter", "facebook"])]


def test_what_is_only_named_is_not_asked_for() -> None:
    both = found(
        clause("delete my account", "delete_account", confidence=0.99),
        clause("all my data", "view_profile", confidence=1),
    )
    assert [intent for intent, _ in both] == ["delete_account"]


def test_what_another_clause_keeps_is_spared() -> None:
    said = found(
        clause("everything off", "opt_out", "sharing", "facebook", "marketing"),
        clause("except the newsletter", "mention", "newsletter"),
    )
    assert said == [("opt_out", ["sharing", "facebook"])]


def test_a_story_about_the_opposite_is_no_wish() -> None:
    told = (clause("I switched Facebook off", "opt_out", "facebook"), clause("put it back on", "opt_in", confidence=1))
    said = wishes("I switched Facebook off. put it back on", told, "opt_in")
    assert [(wish.intent, wish.settings) for wish in said] == [("opt_in", ["facebook"])]


def test_what_is_disowned_afterwards_is_no_wish() -> None:
    said = clause("stop the offers", "opt_out", "marketing", confidence=1)
    disowned = Clause("don't stop them", "mention", 0.95, mentioned="opt_out")
    assert found(said, disowned) == []
    other = Clause("don't stop the posts", "mention", 0.95, entities=[{"entity": ENTITY, "value": "facebook"}])
    assert found(said, other) == [("opt_out", ["marketing"])]


def test_a_signature_is_no_new_name() -> None:
    assert found(clause("Mrs. D. Penhaligon", "change_profile", confidence=1)) == []


def test_one_word_deletes_nothing() -> None:
    assert found(clause("account)", "delete_account", confidence=1)) == []


def test_unsure_clauses_do_not_count() -> None:
    assert found(clause("turn off facebook", "opt_out", "facebook", confidence=0.5)) == []
