"""Messages taken apart into questions."""

from __future__ import annotations

import pytest

from bot.policy import questions


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("Hi there! do you sell my data? Thanks!", ["do you sell my data?"]),
        (
            "Do you sell my phone number and how can I delete my account?",
            ["Do you sell my phone number", "how can I delete my account?"],
        ),
        ("if I call the hotline, is that call taped", ["if I call the hotline, is that call taped"]),
        ("I came through a partner. What do they get?", ["I came through a partner. What do they get?"]),
        ("I want to delete my account", ["I want to delete my account"]),
        ("delete my account", ["delete my account"]),
        ("hello", []),
        ("?!?", []),
        ("> do you sell it?\nDo you use cookies?", ["Do you use cookies?"]),
        ("Do you use cookies?\n\nOn Mon, 3 May 2021 Joe wrote:\n> why?", ["Do you use cookies?"]),
        ("do you share my name and address", ["do you share my name and address"]),
    ],
)
def test_split(message: str, expected: list[str]) -> None:
    assert questions.split(message) == expected


def test_a_wall_of_text_is_bounded() -> None:
    parts = questions.split("do you sell number %d? " * 3000)
    assert len(parts) <= questions.MAX_QUESTIONS
    assert all(len(p.split()) <= 160 for p in parts)
