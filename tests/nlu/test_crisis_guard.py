"""Who may harm themselves gets a person; who only sounds alike is heard as usual."""

from __future__ import annotations

import pytest

from bot.nlu.crisis_guard import CrisisGuard
from tests.nlu.graph import message


def heard(text: str) -> dict[str, object]:
    [read] = CrisisGuard().process([message(text, intent={"name": "opt_out", "confidence": 0.99})])
    return dict(read.get("intent"))


@pytest.mark.parametrize(
    "text",
    [
        "everybody has my address now. i cant do this anymore, i dont want to wake up tomorrow",
        "I'm going to kill myself if this gets out",
        "thinking about ending my life tbh",
        "I want to die",
        "delete it all, I don’t want to live any more",
        "there is no reason to go on",
        "feeling SUICIDAL because of what clients wrote",
        "they'd be better off without me",
    ],
)
def test_a_person_is_brought_in(text: str) -> None:
    assert heard(text) == {"name": "human_handoff", "confidence": 1.0}


@pytest.mark.parametrize(
    "text",
    [
        "kill my account",
        "I don't want to live without your newsletter, sign me up",
        "my late husband died in March, please close his account",
        "end all of it: mails, calls, posts",
        "I can't do this any more, the captcha never loads",
        "cut my subscription",
        "my phone is going to die, send the code to my wife's",
        "that newsletter is like dead weight",
        "> I want to die\nthat is what the spam said, stop sending me such mails",
    ],
)
def test_others_are_heard_as_usual(text: str) -> None:
    assert heard(text)["name"] == "opt_out"
