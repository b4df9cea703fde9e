"""The assistant on a throw-away database, with a notebook of what it set out to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rasa.core.agent import Agent
from rasa.shared.core.events import ActionExecuted

from bot import config as configuration
from bot.domain.passages import Answer, PolicyRef
from bot.domain.proposals import ProposalKind
from bot.policy.answering import PolicyAnswerer
from bot.rehearsal.in_process import InProcessBot, agent_for, connect
from bot.rehearsal.outcomes import Doings
from bot.services.flows import Flows, Step, queued
from bot.services.ports import Policy
from bot.storage.migrations import upgrade
from bot.storage.unit_of_work import SqlTransactions
from bot.wiring import Services, build_services

_LISTENS = "action_listen"


class Notebook:
    """Holds what happened since it was last opened."""

    def __init__(self) -> None:
        self.now = Doings()


@dataclass(frozen=True)
class NotedFlows(Flows):
    """The real flows; every new wish is noted."""

    notebook: Notebook | None = None

    def begin(self, conversation_id: str, kind: ProposalKind, details: Mapping[str, Any]) -> Step:
        assert self.notebook is not None
        for wish, told in ((kind, details), *queued(details)):
            self.notebook.now.wish(wish, told)
        return super().begin(conversation_id, kind, details)


@dataclass(frozen=True)
class NotedPolicy:
    """The real policy; how it answered is noted."""

    policy: Policy
    notebook: Notebook

    @property
    def ref(self) -> PolicyRef:
        return self.policy.ref

    @property
    def text(self) -> str:
        return self.policy.text

    def answer(self, question: str, *, on_topic: bool = False) -> Sequence[Answer]:
        answers = self.policy.answer(question, on_topic=on_topic)
        self.notebook.now.answer(answer.outcome for answer in answers)
        return answers


class RehearsalDesk:
    """One model, one database, a new conversation for each message."""

    def __init__(self, agent: Agent, services: Services, notebook: Notebook) -> None:
        self._agent, self._services, self._notebook = agent, services, notebook

    async def outcomes(self, text: str) -> tuple[str, ...]:
        """What a stranger's first message makes the assistant set out to do; labels, in order."""
        self._notebook.now = Doings()
        conversation = self._services.identity.open("web")
        await self._services.turns.say(conversation, "first", text)
        tracker = await self._agent.tracker_store.retrieve(conversation.id)
        events = tracker.events if tracker else ()
        actions = [event.action_name for event in events if isinstance(event, ActionExecuted)]
        heard = tracker.latest_message.parse_data.get("wishes") if tracker and tracker.latest_message else None
        wishes = [wish["intent"] for wish in heard or ()]
        return self._notebook.now.of_turn([name for name in actions if name and name != _LISTENS], wishes)


@contextmanager
def rehearsal_services(agent: Agent, folder: Path) -> Iterator[tuple[Services, Notebook]]:
    """The real use cases and adapters, but for an empty database in `folder`."""
    settings = configuration.load()
    settings = settings.copy(update={"database_url": f"sqlite:///{folder}/rehearsal.db"})
    upgrade(settings.database_url)
    notebook = Notebook()
    answerer = PolicyAnswerer.load(settings.corpus_dir, settings.models_dir, policy=settings.policy)
    services = build_services(
        settings,
        transactions=SqlTransactions(settings.database_url),
        policy=NotedPolicy(answerer, notebook),
        bot=InProcessBot(agent, settings.secret_key.get_secret_value()),
    )
    flows = services.flows
    noted = NotedFlows(flows.transactions, flows.clock, flows.random, flows.identity, flows.handlers, notebook)
    yield replace(services, flows=noted), notebook


@contextmanager
def rehearsal(model: Path) -> Iterator[RehearsalDesk]:
    """A desk for the time of the block; nothing of it stays."""
    import asyncio

    agent = asyncio.get_event_loop().run_until_complete(agent_for(model))
    with TemporaryDirectory(prefix="rehearsal-") as folder, rehearsal_services(agent, Path(folder)) as made:
        services, notebook = made
        connect(agent, services)
        yield RehearsalDesk(agent, services, notebook)
