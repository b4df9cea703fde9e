"""Loads model and cases, runs them, and gives the report."""

from __future__ import annotations

import asyncio
import logging
import os
from pathlib import Path
from typing import Any

from bot import config
from bot.domain.errors import ConfigurationError
from bot.rehearsal.intents import evaluate, load_cases, misses, report

MODEL = "desk.tar.gz"


def run(file: Path, *, failures: bool = False) -> dict[str, Any]:
    """The report on a file of cases; with `failures` each miss under that key.

    Raises:
        InvalidInput: the file is not one of cases.
        ConfigurationError: there is no trained model.
    """
    cases = load_cases(file)
    model = config.load().models_dir / MODEL
    if not model.exists():
        raise ConfigurationError(f"There is no model at {model}. Train it: python -m bot train")
    _quieten()
    from bot.rehearsal.desk import rehearsal

    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    try:
        with rehearsal(model) as desk:
            results = evaluate(cases, lambda text: loop.run_until_complete(desk.outcomes(text)))
    finally:
        loop.close()
    return {**report(results), **({"failures": misses(results)} if failures else {})}


def _quieten() -> None:
    """Rasa's own logging would stand between the lines of the report."""
    import structlog

    os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    logging.disable(logging.ERROR)
