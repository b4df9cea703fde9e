"""Which group of settings a wish is about that names none."""

from __future__ import annotations

from pathlib import Path

import pytest
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.setting_groups import NONE, SettingGroupClassifier, taught_group
from tests.nlu.graph import message, node
from tests.nlu.test_intent_classifier import featurised

EXAMPLES = ["stop the newsletter", "no more calls please", "stop mailing me offers", "take me off the list", "no texts"]
OTHERS = ["don't share my data", "don't sell my info", "keep it private", "nothing to partners", "no third parties"]


@pytest.mark.parametrize(
    ("text", "group"),
    [
        ("stop the newsletter", "marketing"),
        ("do not hand my address to strangers", "sharing"),
        ("leave my wall alone", "facebook"),
        ("don't study me, no research", "use"),
        ("turn it off", NONE),
        ("turn off facebook and the newsletter", None),
        ("I would be glad if that came to an end soon", None),
    ],
)
def test_what_an_example_teaches(text: str, group: str | None) -> None:
    assert taught_group(text) == group


def test_a_group_is_added_where_no_setting_is_named_and_only_to_wishes(tmp_path: Path) -> None:
    storage, resource, context = node(tmp_path / "model")
    config = {**SettingGroupClassifier.get_default_config(), "sure": 0.0}
    texts = [f"{text} {end}" for text in EXAMPLES + OTHERS for end in ("now", "today", "at once")]
    trained = SettingGroupClassifier.create(config, storage, resource, context)
    trained.train(TrainingData([featurised(text, intent="opt_out") for text in texts]))
    loaded = SettingGroupClassifier.load(config, storage, resource, context)
    wish = featurised("no more calls and offers", intent={"name": "opt_out"})
    question = featurised("no more calls and offers", intent={"name": "ask_policy"})
    named = featurised("stop", intent={"name": "opt_out"}, entities=[{"entity": "setting", "value": "facebook"}])
    loaded.process([wish, question, named])
    assert [entity["value"] for entity in wish.get("entities")] == ["marketing"]
    assert question.get("entities") is None
    assert [entity["value"] for entity in named.get("entities")] == ["facebook"]


def test_without_training_nothing_is_guessed(tmp_path: Path) -> None:
    storage, resource, context = node(tmp_path / "model")
    untrained = SettingGroupClassifier.load(SettingGroupClassifier.get_default_config(), storage, resource, context)
    spoken = message("stop it", intent={"name": "opt_out"})
    untrained.process([spoken])
    assert spoken.get("entities") is None
