"""The classifier: train, process, persist, load, and the same predictions again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.component import MENTIONED
from bot.nlu.intent_classifier import VectorIntentClassifier
from bot.nlu.modality_guard import FALLBACK, ModalityGuard
from tests.nlu.graph import message, node

EXAMPLES = {
    "greet": ["hello", "hi there", "good morning", "hey you"],
    "delete_account": ["delete my account", "close my account", "erase my account", "remove my account"],
    "ask_policy": ["do you sell data", "who sees my data", "what do you collect", "why do you need it"],
    "resume": ["/resume"],
}


def featurised(text: str, **data: Any) -> Message:
    """A message with a toy vector: how often each letter occurs."""
    spoken = message(text, **data)
    vector = np.array([text.lower().count(chr(97 + i)) for i in range(26)], np.float32)
    vector /= np.linalg.norm(vector) or 1.0
    spoken.add_features(Features(vector.reshape(1, -1), FEATURE_TYPE_SENTENCE, TEXT, "toy"))
    return spoken


def training_data() -> TrainingData:
    return TrainingData([featurised(text, intent=intent) for intent, texts in EXAMPLES.items() for text in texts])


def config() -> dict[str, Any]:
    return VectorIntentClassifier.get_default_config()


def test_learns_persists_and_says_the_same_again(tmp_path: Path) -> None:
    storage, resource, context = node(tmp_path / "model")
    trained = VectorIntentClassifier.create(config(), storage, resource, context)
    trained.train(training_data())
    loaded = VectorIntentClassifier.load(config(), storage, resource, context)
    for text, intent in [
        ("please close my account", "delete_account"),
        ("hi", "greet"),
        ("do you sell it", "ask_policy"),
    ]:
        first, second = featurised(text), featurised(text)
        trained.process([first])
        loaded.process([second])
        assert first.get("intent")["name"] == intent
        assert first.get("intent_ranking") == second.get("intent_ranking")
        assert sum(other["confidence"] for other in first.get("intent_ranking")) == pytest.approx(1)


def test_commands_are_not_learnt(tmp_path: Path) -> None:
    storage, resource, context = node(tmp_path / "model")
    trained = VectorIntentClassifier.create(config(), storage, resource, context)
    trained.train(training_data())
    spoken = featurised("/resume")
    trained.process([spoken])
    assert "resume" not in [other["name"] for other in spoken.get("intent_ranking")]


def test_a_message_without_text_has_no_intent(tmp_path: Path) -> None:
    storage, resource, context = node(tmp_path / "model")
    trained = VectorIntentClassifier.create(config(), storage, resource, context)
    trained.train(training_data())
    empty = message("")
    trained.process([empty])
    assert empty.get("intent") == {"name": None, "confidence": 0.0}


def test_a_model_without_classifier_loads_and_stays_silent(tmp_path: Path) -> None:
    loaded = VectorIntentClassifier.load(config(), *node(tmp_path / "model"))
    spoken = featurised("hello")
    loaded.process([spoken])
    assert spoken.get("intent")["name"] is None


def test_the_guard_swaps_the_intent_and_says_why() -> None:
    ranking = [{"name": "delete_account", "confidence": 0.9}, {"name": "opt_in", "confidence": 0.1}]
    spoken = message("don't delete my account", intent=ranking[0], intent_ranking=ranking)
    ModalityGuard().process([spoken])
    assert spoken.get("intent") == {"name": "deny", "confidence": 0.9}
    assert spoken.get("modality") == {"kind": "negated", "instead_of": "delete_account"}
    assert "delete_account" not in [other["name"] for other in spoken.get("intent_ranking")]


@pytest.mark.parametrize(
    ("text", "intent", "confidence", "becomes"),
    [
        ("what happens if I turn on facebook?", "opt_in", 0.85, "ask_policy"),
        ("what happens if I turn on facebook?", "opt_in", 0.97, "opt_in"),
        ("delete my account. No wait. Don't.", "delete_account", 0.99, "deny"),
        ("turn off the newsletter", "opt_out", 0.8, FALLBACK),
        ("turn off the newsletter", "opt_out", 0.87, "opt_out"),
        ("change my name", "change_profile", 0.5, "change_profile"),
    ],
)
def test_the_guard_weighs_the_rules_against_the_classifiers_trust(
    text: str, intent: str, confidence: float, becomes: str
) -> None:
    top = {"name": intent, "confidence": confidence}
    spoken = message(text, intent=top, intent_ranking=[top])
    ModalityGuard().process([spoken])
    assert spoken.get("intent")["name"] == becomes


def test_the_classifier_says_which_setting_it_heard(tmp_path: Path) -> None:
    taught = {"facebook": ["stay off my wall", "wall posts off"], "newsletter": ["no more letters", "letters off"]}
    examples = [
        featurised(text, intent="opt_out", metadata={"intent": {"setting": setting}})
        for setting, texts in taught.items()
        for text in texts * 3
    ]
    trained = VectorIntentClassifier.create({"c": 10.0, "scale": 5.0}, *node(tmp_path / "model"))
    trained.train(TrainingData([*training_data().training_examples, *examples]))
    spoken = featurised("off my wall please")
    trained.process([spoken])
    assert spoken.get("intent")["name"] == "opt_out"
    assert spoken.get("setting_guess")["value"] == "facebook"
    assert 0.5 < spoken.get("setting_guess")["confidence"] <= 1


def test_a_mention_that_names_no_act_is_a_mention_still(tmp_path: Path) -> None:
    storage, resource, context = node(tmp_path / "model")
    trained = VectorIntentClassifier.create(config(), storage, resource, context)
    words = [featurised(text, intent="mention") for text in ("zzz zq", "zq zz", "qz qz zz")]
    trained.train(TrainingData([*training_data().training_examples, *words]))
    heard = featurised("zz zq zq")
    trained.process([heard])
    assert heard.get("intent")["name"] == "mention"
    assert heard.get(MENTIONED) is None


def test_the_guard_leaves_a_request_alone() -> None:
    top = {"name": "delete_account", "confidence": 0.95}
    spoken = message("delete my account", intent=top, intent_ranking=[top])
    ModalityGuard().process([spoken])
    assert spoken.get("intent") == top
    assert spoken.get("modality") is None
