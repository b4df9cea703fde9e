"""Random talk and random buttons over the trained model, the real actions and a real database.

Whatever the order: every turn is answered, nothing breaks, and nothing harmful happens without its own yes.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from rasa.core.agent import Agent

from bot.domain.messages import Button, Message
from bot.policy.answering import PolicyAnswerer
from bot.wiring import Services
from tests.conversations.conftest import MovingClock, furnish
from tests.conversations.player import Player, said

pytestmark = pytest.mark.model
STEPS, RUNS, LEAST = 50, 48, 2000
YES = ["yes", "yes please", "ok do it"]
WORDS = [
    *YES,
    "no",
    "never mind",
    "no, the other one",
    "hello",
    "thanks",
    "delete my account",
    "don't delete my account",
    "what happens if I delete my account?",
    "keep my account after all, withdraw my request",
    "where is my request",
    "turn off facebook",
    "turn on the newsletter",
    "stop all marketing and delete my account",
    "turn on facebook posts, and who sees my phone?",
    "turn it off",
    "show my settings",
    "show my details",
    "change my phone number",
    "change my company name",
    "Delete & Co",
    "+44 20 7946 0958",
    "do you sell my phone number",
    "I want to talk to a human",
    "log me in",
    "clara@example.com",
    "sign me out",
    "sdkfjh sdf",
    "¿venden mis datos?",
    "my invoice is wrong",
    "\u202eyes\u202c",
    "",
]
AGREED = ("acknowledged", "scheduled", "executing")
DEAD_ENDS = ("Something went wrong on my side", "could not get to my records", "I lost my place")


class Dialogue(RuleBasedStateMachine):
    """One person, one conversation; `world` is set by the test."""

    world: Callable[[], tuple[Services, MovingClock]]
    loop: asyncio.AbstractEventLoop
    steps = 0

    @initialize()
    def open(self) -> None:
        services, self.clock = type(self).world()
        self.player = Player(services, self.clock)
        self.seen: list[Button] = []
        self.before = self._state()

    @rule(text=st.sampled_from(WORDS))
    def say(self, text: str) -> None:
        type(self).steps += 1
        if text:
            self._turn(self.player._say(text), agreed=text.strip("\u202e\u202c") in YES)

    @rule(data=st.data())
    def press(self, data: st.DataObject) -> None:
        type(self).steps += 1
        if self.seen:
            button = data.draw(st.sampled_from(self.seen[-12:]), label="button")
            pressed = self.player.services.turns.press(
                self.player.conversation, self.player._id(), button.title, button.payload
            )
            self._turn(pressed, agreed=button.payload.startswith("/affirm"))

    @rule()
    def sign_in(self) -> None:
        type(self).steps += 1
        self._turn(self.player._sign_in("clara@example.com"), agreed=False)

    @rule(right=st.booleans())
    def code(self, right: bool) -> None:
        type(self).steps += 1
        if any(mail.subject[:6].isdigit() for mail in self.player._mails()):
            self._turn(self.player._code("right" if right else "wrong"), agreed=False)

    @rule(minutes=st.sampled_from([1, 11, 31, 61]))
    def wait(self, minutes: int) -> None:
        type(self).steps += 1
        self.clock.advance_minutes(minutes)

    @rule()
    def restart(self) -> None:
        type(self).steps += 1
        self.player._restart(None)

    def _turn(self, coming: Any, *, agreed: bool) -> None:
        turn = self.loop.run_until_complete(coming)
        assert not turn.failed
        self.player._take(turn)
        replies: list[Message] = said(turn)
        assert replies, f"no answer\n{self.player.transcript()}"
        for reply in replies:
            assert reply.text.strip()
            assert not any(end in reply.text for end in DEAD_ENDS), self.player.transcript()
            self.seen.extend(reply.buttons)
        now = self._state()
        if not agreed:
            granted = {key for key, on in now["on"].items() if on and not self.before["on"].get(key)}
            assert not granted, f"{granted} turned on without a yes\n{self.player.transcript()}"
            assert now["filed"] <= self.before["filed"], f"filed without a yes\n{self.player.transcript()}"
        assert now["email"] == "clara@example.com"
        self.before = now

    def _state(self) -> dict[str, Any]:
        with self.player.services.transactions() as uow:
            account = uow.accounts.by_id("clara")
            filed = sum(request.state.value in AGREED for request in uow.requests.of_account("clara"))
            chosen = dict(uow.preferences.of("clara"))
        assert account is not None
        return {"on": chosen, "filed": filed, "email": account.email}


def test_random_talk_never_harms(
    tmp_path: Path,
    agent: Agent,
    answerer: PolicyAnswerer,
    password_hash: str,
    event_loop: asyncio.AbstractEventLoop,
) -> None:
    made = 0
    furnish(tmp_path / "template.db", agent, answerer, MovingClock(), password_hash)

    def world() -> tuple[Services, MovingClock]:
        nonlocal made
        made += 1
        clock, file = MovingClock(), tmp_path / f"{made}.db"
        with sqlite3.connect(tmp_path / "template.db") as template, sqlite3.connect(file) as copy:
            template.backup(copy)
        return furnish(file, agent, answerer, clock, password_hash), clock

    Dialogue.world, Dialogue.loop, Dialogue.steps = staticmethod(world), event_loop, 0
    run_state_machine_as_test(
        Dialogue,
        settings=settings(
            max_examples=RUNS,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    print(f"{Dialogue.steps} steps")
    assert Dialogue.steps >= LEAST, Dialogue.steps
