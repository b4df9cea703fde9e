"""Handing a message on agrees with the rules."""

from __future__ import annotations

from pathlib import Path

import yaml

from actions.profile_form import LEAVES
from actions.registry import ANSWERED_BY
from bot.nlu.clause import WISHES


def rules() -> dict[str, str]:
    found = {}
    for rule in yaml.safe_load(Path("data/rules/rules.yml").read_text(encoding="utf-8"))["rules"]:
        steps = rule["steps"]
        if "condition" not in rule and "intent" in steps[0] and "action" in steps[1]:
            found[steps[0]["intent"]] = steps[1]["action"]
    return found


def test_every_intent_is_handed_to_the_action_of_its_rule() -> None:
    ruled = rules()
    assert {intent: ruled[intent] for intent in ANSWERED_BY} == ANSWERED_BY


def test_what_ends_the_form_can_be_answered() -> None:
    assert set(ANSWERED_BY) >= LEAVES


def test_every_wish_has_a_rule() -> None:
    assert set(rules()) >= WISHES
