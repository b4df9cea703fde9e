"""Wording that is nowhere near the training data, through the real pipeline."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.nlu.conftest import Parse

CASES: list[dict[str, Any]] = [
    json.loads(line) for line in (Path(__file__).parent / "heldout.jsonl").read_text(encoding="utf-8").splitlines()
]
FLOOR = 0.90
# Intents with the same outcome: nothing is done; the policy is asked; the person sees their data.
ALIKE = {"deny": ["mention"], "ask_policy": ["preview_deletion"], "view_profile": ["request_export"]}
DESTRUCTIVE = ("delete_account", "opt_in")


@pytest.mark.model
def test_held_out_messages_reach_the_right_intent(parse: Parse) -> None:
    heard = [(case, parse(case["text"])["intent"]["name"]) for case in CASES]
    misses = [
        f"{case['id']} {case['expected']} heard as {intent}: {case['text']}"
        for case, intent in heard
        if intent not in [case["expected"], *ALIKE.get(case["expected"], []), *case.get("also_ok", [])]
    ]
    assert 1 - len(misses) / len(CASES) >= FLOOR, "\n".join(misses)


@pytest.mark.model
def test_nothing_held_out_starts_what_it_must_not(parse: Parse) -> None:
    wrong = [
        f"{case['id']} heard as {intent}: {case['text']}"
        for case in CASES
        if (intent := parse(case["text"])["intent"]["name"]) in case.get("must_not", [])
    ]
    assert wrong == []


@pytest.mark.model
@pytest.mark.parametrize(
    "text",
    [
        "don't delete my account",
        "please do not ever close my profile",
        "what would you keep if I deleted my account?",
        "my neighbour told me to erase my account",
        "delete my account. actually no, leave it",
        "don't turn the facebook posts on",
        "what happens if I turn on facebook?",
        "I don't want to be subscribed to anything",
    ],
)
def test_negated_and_supposed_wording_never_starts_harm(parse: Parse, text: str) -> None:
    assert parse(text)["intent"]["name"] not in DESTRUCTIVE


@pytest.mark.model
@pytest.mark.parametrize(
    "text", ["", " ", "\n\n\n", "🙂🙂🙂", "\x00\x01", "x" * 20_000, "\u202edelete\u202c", "%s{0}{{}}"]
)
def test_bad_input_is_only_text(parse: Parse, text: str) -> None:
    assert parse(text)["intent"]["name"] not in ("opt_in", "revoke_request")
