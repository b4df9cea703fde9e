"""Every case of `cases/*.yml`, as a person would live it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conversations.player import Player

CASES = [
    pytest.param(case["steps"], id=f"{path.stem}:{case['name']}")
    for path in sorted(Path(__file__).with_name("cases").glob("*.yml"))
    for case in yaml.safe_load(path.read_text(encoding="utf-8"))
]
pytestmark = pytest.mark.model


@pytest.mark.parametrize("steps", CASES)
async def test_conversation(player: Player, steps: list[dict[str, Any]]) -> None:
    await player.play(steps)
