"""A yes must be one: it is bound to what was proposed."""

from __future__ import annotations

import pytest

from bot.nlu.modality_guard import FALLBACK, ModalityGuard
from tests.nlu.graph import message


def heard(text: str, confidence: float) -> str:
    [read] = ModalityGuard().process([message(text, intent={"name": "affirm", "confidence": confidence})])
    return str(read.get("intent")["name"])


@pytest.mark.parametrize(("text", "confidence"), [("yes", 0.99), ("yep, go on", 0.93), ("👍", 0.4), ("✔️ 👌", 0.5)])
def test_a_yes(text: str, confidence: float) -> None:
    assert heard(text, confidence) == "affirm"


@pytest.mark.parametrize(("text", "confidence"), [("867862", 0.97), ("1.", 0.99), ("ok po, babay", 0.8), ("…", 0.99)])
def test_no_yes(text: str, confidence: float) -> None:
    assert heard(text, confidence) == FALLBACK
