"""The trained model, once per session."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import structlog

ROOT = Path(__file__).resolve().parents[2]
Parse = Callable[[str], dict[str, Any]]


def _sources() -> list[Path]:
    return [ROOT / "config.yml", ROOT / "domain.yml", *(ROOT / "data").rglob("*.yml"), *(ROOT / "bot/nlu").glob("*.py")]


def _model(folder: Path) -> Path:
    """The newest model in models/, or a new one where that is older than its sources."""
    newest = max((path.stat().st_mtime for path in _sources()), default=0.0)
    models = sorted((ROOT / "models").glob("*.tar.gz"), key=lambda path: path.stat().st_mtime)
    if models and models[-1].stat().st_mtime > newest:
        return models[-1]
    import rasa

    result = rasa.train("domain.yml", "config.yml", ["data"], output=str(folder))
    assert result.model, "training gave no model"
    return Path(result.model)


@pytest.fixture(scope="session")
def parse(tmp_path_factory: pytest.TempPathFactory) -> Parse:
    """What the real pipeline makes of a text."""
    from rasa.core.agent import Agent

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    before = Path.cwd()
    os.chdir(ROOT)
    try:
        agent = Agent.load(str(_model(tmp_path_factory.mktemp("models"))))
    finally:
        os.chdir(before)
    loop = asyncio.new_event_loop()

    def parse_text(text: str) -> dict[str, Any]:
        os.chdir(ROOT)
        try:
            return loop.run_until_complete(agent.parse_message(text))
        finally:
            os.chdir(before)

    return parse_text
