"""The trained model and the real actions in one process: only the HTTP between them is left out."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Sequence

from rasa.core.agent import Agent, load_agent
from rasa.core.channels.channel import UserMessage
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.core.utils import AvailableEndpoints
from rasa.utils.endpoints import EndpointConfig
from rasa_sdk.executor import ActionExecutor

from actions.base import DeskAction
from bot.channels.desk import ReplyCollector
from bot.channels.envelope import TurnProof, TurnSigner
from bot.channels.plain_text import plain_text
from bot.channels.rasa_client import parse_replies
from bot.domain.identity import Conversation
from bot.domain.messages import Reply
from bot.wiring import Services


class InProcessActions(EndpointConfig):
    """Runs an action call through the SDK's own executor instead of over HTTP."""

    def __init__(self, services: Services) -> None:
        super().__init__(url="in-process", enable_selective_domain=True)
        self._executor = ActionExecutor()
        self._executor.register_package("actions")
        for action in _concrete(DeskAction):  # type: ignore[type-abstract]
            self._executor.register_action(action(services))

    async def request(self, *args: Any, **kwargs: Any) -> Any:
        return await self._executor.run({"domain": {}, **kwargs["json"]})


class InProcessBot:
    """ports.Bot on an agent of this process."""

    def __init__(self, agent: Agent, secret: str) -> None:
        self.agent, self._turns = agent, TurnSigner(secret)

    async def send(self, conversation: Conversation, message_id: str, text: str, *, trusted: bool) -> Sequence[Reply]:
        collector = ReplyCollector()
        proof = TurnProof(conversation.id, message_id, conversation.channel)
        await self.agent.handle_message(
            UserMessage(
                text if trusted else plain_text(text),
                collector,
                conversation.id,
                input_channel="desk",
                message_id=message_id,
                metadata={"turn": self._turns.sign(proof)},
            )
        )
        return parse_replies({"replies": collector.replies})


async def agent_for(model: Path) -> Agent:
    """The agent of a trained model, without its actions."""
    return await load_agent(model_path=str(model), endpoints=AvailableEndpoints())


def connect(agent: Agent, services: Services) -> None:
    """Gives the agent the actions of `services`, and a clean memory."""
    endpoint = InProcessActions(services)
    agent.action_endpoint = endpoint
    if agent.processor is not None:
        agent.processor.action_endpoint = endpoint


def forget(agent: Agent) -> None:
    """Empties the agent's memory, as a restart without a tracker store would."""
    agent.tracker_store = InMemoryTrackerStore(agent.domain)
    if agent.processor is not None:
        agent.processor.tracker_store = agent.tracker_store


def _concrete(kind: type[DeskAction]) -> list[type[DeskAction]]:
    found: list[type[DeskAction]] = []
    for child in kind.__subclasses__():
        found += [child, *_concrete(child)]
    return found
