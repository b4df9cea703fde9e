"""Five hundred messages in a row from one signed-in person, as an impatient or hostile one would send them."""

from __future__ import annotations

import asyncio
import itertools
import json
from pathlib import Path

import pytest

from bot.cli.audit import rows
from bot.domain.audit import first_broken
from bot.wiring import Services
from tests.conversations.player import Player, asked, said

pytestmark = pytest.mark.model
MESSAGES = 500
FILES = sorted((Path(__file__).parents[1] / "evals").glob("intents*.jsonl"))
BREAKDOWNS = ("Something went wrong on my side", "could not get to my records", "I lost my place")


def requests_in_a_row() -> list[str]:
    """Everything the evaluation files hold but a yes, over and over."""
    cases = [json.loads(line) for path in FILES for line in path.read_text(encoding="utf-8").splitlines()]
    texts = [case["text"] for case in cases if case["expected"] != "affirm"]
    return list(itertools.islice(itertools.cycle(texts), MESSAGES))


def test_each_is_answered_and_nothing_is_agreed_to(
    player: Player, desk: Services, event_loop: asyncio.AbstractEventLoop
) -> None:
    event_loop.run_until_complete(player.play([{"sign_in": "clara@example.com"}]))
    with desk.transactions() as uow:
        before = dict(uow.preferences.of("clara"))
    for text in requests_in_a_row():
        event_loop.run_until_complete(player.play([{"say": text}]))
        spoken = "\n".join(message.text for message in said(player.turn))
        assert spoken, text
        assert not [words for words in BREAKDOWNS if words in spoken], text
    assert player.sent == MESSAGES
    with desk.transactions() as uow:
        after = dict(uow.preferences.of("clara"))
        filed = [request for request in uow.requests.of_account("clara") if asked(request)]
    assert not [key for key, on in after.items() if on and not before.get(key)]
    assert filed == []
    assert first_broken(rows(desk.transactions)) is None
