"""Thumbs and scores as a widget gives them, and where they show."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.console import Rating
from bot.domain.messages import Reply
from tests.gateway.console import sign_in
from tests.gateway.desk import Desk, Session

GOOD = Reply("No.", (), {"type": "answer", "outcome": "answered", "lead": "No.", "quotes": []})


async def answered(desk: Desk) -> tuple[Session, int]:
    desk.world.bot.replies["do you sell it?"] = (GOOD,)
    session = await desk.session()
    _, answer = await session.say("do you sell it?")
    return session, int(answer["messages"][-1]["seq"])


async def test_a_thumb_is_kept_changed_and_taken_back(desk: Desk) -> None:
    session, seq = await answered(desk)
    for up in (True, False):
        assert await session.post("/api/rating", seq=seq, up=up) == (200, {"seq": seq, "up": up})
    stored = desk.world.transactions.data.desk.ratings
    assert stored == {(session.id, seq): Rating(session.id, seq, desk.world.clock.now(), False)}
    response = await desk.http.post("/api/session", json={}, headers=session.headers)
    assert (await response.json())["feedback"] == {"ratings": {str(seq): False}, "score": None}
    await session.post("/api/rating", seq=seq, up=None)
    assert desk.world.transactions.data.desk.ratings == {}
    assert desk.world.audited()[-3:] == ["feedback:rate"] * 3


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"seq": 1},
        {"seq": "2", "up": True},
        {"seq": True, "up": True},
        {"seq": 2, "up": 1},
        {"seq": 10**20, "up": True},
    ],
)
async def test_a_rating_that_makes_no_sense_changes_nothing(desk: Desk, body: dict[str, Any]) -> None:
    session, _ = await answered(desk)
    status, said = await session.post("/api/rating", **body)
    assert status == 400 and said["error"]
    assert desk.world.transactions.data.desk.ratings == {}


@pytest.mark.parametrize("shift", [-1, 5])
async def test_only_an_answer_of_this_conversation_is_rated(desk: Desk, shift: int) -> None:
    session, seq = await answered(desk)
    status, said = await session.post("/api/rating", seq=seq + shift, up=True)
    assert (status, said["error"]) == (400, "That is not one of my answers.")


@pytest.mark.parametrize(
    ("given", "status"), [(1, 200), (5, 200), (0, 400), (6, 400), ("5", 400), (True, 400), (None, 400)]
)
async def test_a_score_is_a_number_from_one_to_five(desk: Desk, given: object, status: int) -> None:
    session, _ = await answered(desk)
    assert (await session.post("/api/score", score=given))[0] == status
    assert len(desk.world.transactions.data.desk.scores) == (status == 200)


async def test_without_the_conversations_token_nothing_is_rated(desk: Desk) -> None:
    for path in ("/api/rating", "/api/score"):
        assert (await desk.http.post(path, json={"seq": 2, "up": True, "score": 5})).status == 401


async def test_a_thumb_down_is_under_quality_and_the_numbers_know_both(desk: Desk) -> None:
    session, seq = await answered(desk)
    ada = await sign_in(desk)
    assert "do you sell it?" not in await (await ada.get("/console/quality")).text()
    await session.post("/api/rating", seq=seq, up=False)
    await ada.post(f"/console/conversations/{session.id}/take")
    await ada.post(f"/console/conversations/{session.id}/give-back")
    await session.post("/api/score", score=4)
    quality = await (await ada.get("/console/quality")).text()
    assert "do you sell it?" in quality and "Thumb down" in quality
    numbers = await (await ada.get("/console/numbers")).text()
    assert "4.0 of 5" in numbers and "1 answer" in numbers
    assert desk.world.transactions.data.desk.scores[session.id].helped
