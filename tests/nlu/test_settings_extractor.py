"""Which settings a message names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.settings import GROUPS, SETTINGS
from bot.nlu.settings_extractor import SettingsExtractor, distance, find_settings, meant
from tests.nlu.graph import message


def keys(text: str) -> list[str]:
    return [hit.key for hit in find_settings(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("stop sharing my data", ["sharing"]),
        ("turn off facebook and marketing emails", ["facebook", "marketing_email"]),
        (
            "no newsletter, no texts, and keep it from partner companies",
            ["newsletter", "marketing_phone", "share_partners"],
        ),
        ("don't share my info with other users", ["share_users"]),
        ("stop sharing with clients", ["share_clients"]),
        ("unsubcribe me from the newletter", ["newsletter"]),
        ("UNSUB", ["marketing"]),
        ("facebok off", ["facebook"]),
        ("turn off my fb's wall posts", ["facebook"]),
        ("E-Mail marketing off", ["marketing_email"]),
        ("targetted ads", ["ads_tailoring"]),
        ("block cookies", ["cookies"]),
        ("Ｆａｃｅｂｏｏｋ", []),
        ("turn everything off", ["sharing", "facebook", "marketing", "use"]),
        ("turn everything off, I mean facebook", ["facebook"]),
        ("what is your privacy policy", []),
        ("i lost count of the counts", []),
        ("hello", []),
        ("", []),
    ],
)
def test_finds_what_is_named(text: str, expected: list[str]) -> None:
    assert keys(text) == expected


@pytest.mark.parametrize("entry", [*SETTINGS, *GROUPS], ids=lambda entry: entry.key)
def test_every_phrase_and_title_of_the_catalogue_is_found(entry: object) -> None:
    for phrase in (*entry.phrases, entry.title):  # type: ignore[attr-defined]
        found = keys(f"please change {phrase.upper()} now")
        group = getattr(entry, "group", None)
        assert entry.key in found or group in found or found, phrase  # type: ignore[attr-defined]


def test_positions_point_at_the_words() -> None:
    text = "Please stop the Newsletters!"
    (hit,) = find_settings(text)
    assert text[hit.start : hit.end] == "Newsletters"


@pytest.mark.parametrize(
    ("a", "b", "edits"), [("ab", "ba", 1), ("abc", "abc", 0), ("kitten", "sitting", 3), ("a", "", 1)]
)
def test_distance(a: str, b: str, edits: int) -> None:
    assert distance(a, b, 5) == edits


@given(st.text(max_size=400))
def test_any_text_is_read_without_an_error(text: str) -> None:
    for hit in find_settings(text):
        assert 0 <= hit.start < hit.end <= len(text)


def test_component_adds_entities_beside_those_there_already() -> None:
    spoken = message("turn off facebook", entities=[{"entity": "other", "value": "x"}])
    SettingsExtractor().process([spoken])
    assert [(e["entity"], e["value"]) for e in spoken.get("entities")] == [("other", "x"), ("setting", "facebook")]
    assert spoken.get("entities")[1]["extractor"] == "SettingsExtractor"


@pytest.mark.parametrize(
    ("text", "guess", "confidence", "keys"),
    [
        ("turn off facebook and marketing", "facebook", 0.95, ["facebook", "marketing"]),
        ("turn off facebook and stop the newsletter", "facebook", 0.95, ["facebook", "newsletter"]),
        ("firms you sold my email to keep writing", "sharing", 0.9, ["sharing"]),
        ("stop the newsletter", "marketing", 0.95, ["newsletter"]),
        ("keep my particulars to yourselves", "sharing", 0.7, ["sharing"]),
        ("keep my particulars to yourselves", "sharing", 0.5, []),
        ("off", "none", 0.99, []),
        ("everything must stop", "everything", 0.9, ["sharing", "facebook", "marketing", "use"]),
    ],
)
def test_what_is_meant_is_what_is_named_unless_the_whole_is_about_something_else(
    text: str, guess: str, confidence: float, keys: list[str]
) -> None:
    assert meant(text, find_settings(text), {"value": guess, "confidence": confidence}) == keys


def test_without_a_guess_what_is_named_is_meant() -> None:
    assert meant("stop the newsletter", find_settings("stop the newsletter"), None) == ["newsletter"]
