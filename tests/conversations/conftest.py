"""One trained model for all conversations; a fresh database for each."""

from __future__ import annotations

import asyncio
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
import structlog
from rasa.core.agent import Agent

from bot.config import Config
from bot.domain.accounts import Account
from bot.policy.answering import PolicyAnswerer
from bot.rehearsal.in_process import InProcessBot, agent_for, connect
from bot.security.hashing import SecretHasher
from bot.storage.migrations import upgrade
from bot.storage.unit_of_work import SqlTransactions
from bot.wiring import Services, build_services
from tests.conversations.player import Player

MODEL = Path("models/desk.tar.gz")
PASSWORD = "a-password"


structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))


class MovingClock:
    """Real time plus what the case waited."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now(timezone.utc) + self.ahead

    def advance(self, by: timedelta) -> None:
        self.ahead += by

    def advance_minutes(self, minutes: int) -> None:
        self.advance(timedelta(minutes=minutes))


@pytest.fixture(scope="session")
def event_loop() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


@pytest.fixture(scope="session")
def agent(event_loop: asyncio.AbstractEventLoop) -> Agent:
    if not MODEL.exists():
        subprocess.run([sys.executable, "-m", "bot", "train"], check=True, env={**os.environ, "PYTHONPATH": "."})
    return event_loop.run_until_complete(agent_for(MODEL))


@pytest.fixture(scope="session")
def answerer(agent: Agent) -> PolicyAnswerer:
    return PolicyAnswerer.load()


@pytest.fixture(scope="session")
def password_hash() -> str:
    return SecretHasher("x" * 40).password(PASSWORD)


@pytest.fixture
def clock() -> MovingClock:
    return MovingClock()


@pytest.fixture
def desk(tmp_path: Path, agent: Agent, answerer: PolicyAnswerer, clock: MovingClock, password_hash: str) -> Services:
    return furnish(tmp_path / "desk.db", agent, answerer, clock, password_hash)


def furnish(file: Path, agent: Agent, answerer: PolicyAnswerer, clock: MovingClock, password_hash: str) -> Services:
    """The use cases on a database with two accounts; one that is there already is taken as it is."""
    config = Config(database_url=f"sqlite:///{file}")
    fresh = not file.exists()
    if fresh:
        upgrade(config.database_url)
    transactions = SqlTransactions(config.database_url)
    bot = InProcessBot(agent, config.secret_key.get_secret_value())
    services = build_services(config, transactions=transactions, policy=answerer, bot=bot, clock=clock)
    connect(agent, services)
    if fresh:
        _settle(services, clock, password_hash)
    return services


def _settle(services: Services, clock: MovingClock, password_hash: str) -> None:
    joined = clock.now() - timedelta(days=30)
    clara = Account("clara", "clara@example.com", joined, password_hash, "Clara Client", facebook_user="1020")
    finn = replace(clara, id="finn", email="finn@example.com", full_name="Finn Freelancer", facebook_user=None)
    with services.transactions() as uow:
        for account in (clara, finn):
            uow.accounts.add(account)
            uow.preferences.put(account.id, "facebook_advice", True, joined)
            uow.preferences.put(account.id, "facebook_recommendations", True, joined)
        uow.commit()


@pytest.fixture
def player(desk: Services, clock: MovingClock) -> Player:
    return Player(desk, clock)
