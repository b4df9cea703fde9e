"""Small pieces of Rasa's graph for tests of single components."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message


def message(text: str, **data: Any) -> Message:
    """A message as a component gets it."""
    return Message({TEXT: text, **data})


def node(folder: Path) -> tuple[LocalModelStorage, Resource, ExecutionContext]:
    """What `create` and `load` want besides the configuration."""
    folder.mkdir(exist_ok=True)
    return LocalModelStorage(folder), Resource("component"), ExecutionContext(GraphSchema({}), node_name="component")
