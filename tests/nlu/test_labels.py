"""What an example teaches, and that data/nlu speaks of the catalogue only."""

from __future__ import annotations

import pytest
import yaml
from rasa.shared.nlu.training_data.loading import load_data

from bot.domain.settings import ALL_TITLES, switchable
from bot.nlu.clause import WISHES
from bot.nlu.labels import EVERYTHING, NONE, act_of, intent_of, label_of, setting_of, share_of
from bot.nlu.teaching import DATA, labelled
from tests.nlu.conftest import ROOT
from tests.nlu.graph import message

# Intents that are never typed.
COMMANDS = {"resume", "several", "other_language"}


@pytest.mark.parametrize(
    ("intent", "told", "expected"),
    [
        ("greet", None, "greet"),
        ("opt_out", {"setting": "facebook"}, "opt_out/setting=facebook"),
        ("mention", {"act": "delete_account"}, "mention/delete_account"),
        ("mention", {"act": "opt_in", "setting": "none"}, "mention/opt_in/setting=none"),
    ],
)
def test_label_and_its_parts(intent: str, told: dict[str, str] | None, expected: str) -> None:
    made = label_of(message("x", intent=intent, metadata={"intent": told} if told else None))
    assert made == expected
    assert intent_of(made) == intent
    assert setting_of(made) == (told or {}).get("setting")


@pytest.mark.parametrize(
    ("label", "act"),
    [
        ("mention/opt_out/setting=facebook", "opt_out"),
        ("mention/opt_in", "opt_in"),
        ("mention", None),
        ("mention/setting=facebook", None),
        ("opt_out/setting=facebook", None),
    ],
)
def test_act_of_a_mention(label: str, act: str | None) -> None:
    assert act_of(label) == act


def test_settings_share_what_labels_with_a_setting_have() -> None:
    scores = {
        "greet": 0.5,
        "opt_out/setting=facebook": 0.3,
        "opt_in/setting=facebook": 0.1,
        "opt_out/setting=none": 0.1,
    }
    assert share_of(scores) == pytest.approx({"facebook": 0.8, "none": 0.2})
    assert share_of({"greet": 1.0}) == {}


def test_every_block_names_known_settings_and_acts() -> None:
    keys = {*ALL_TITLES, EVERYTHING, NONE} - {entry for entry in ALL_TITLES if entry == "fixed"}
    for path in sorted((ROOT / "data" / "nlu").glob("*.yml")):
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            told = block.get("metadata", {})
            if block["intent"] in ("opt_out", "opt_in"):
                assert told["setting"] in keys, path
            if block["intent"] == "mention":
                assert told["act"] in WISHES and told.get("setting", NONE) in keys, path
    assert {entry.key for entry in switchable()} < keys


def test_the_encoder_is_taught_each_example_once_and_no_command() -> None:
    examples = labelled()
    assert len(examples) > 20_000
    assert not [text for text in examples if text.startswith("/")]
    assert {"opt_out/setting=facebook", "mention/delete_account", "ask_policy"} <= set(examples.values())
    assert set(examples.values()) == {label_of(example) for example in load_data(str(DATA)).intent_examples} - COMMANDS
