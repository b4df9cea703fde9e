"""Loads model and cases, runs them, and gives the report."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bot import config
from bot.domain.errors import ConfigurationError
from bot.rehearsal.intents import evaluate, load_cases, misses, report
from bot.rehearsal.several import load_compounds, measure

MODEL = "desk.tar.gz"


def intents(file: Path, *, failures: bool = False) -> dict[str, Any]:
    """The report on a file of cases; with `failures` each miss under that key.

    Raises:
        InvalidInput: the file is not one of cases.
        ConfigurationError: there is no trained model.
    """
    cases = load_cases(file)
    with _outcomes() as outcomes:
        results = evaluate(cases, outcomes)
    return {**report(results), **({"failures": misses(results)} if failures else {})}


def several(file: Path, *, failures: bool = False) -> dict[str, Any]:
    """The same for messages with several wishes."""
    cases = load_compounds(file)
    with _outcomes() as outcomes:
        return measure(cases, outcomes, failures=failures)


@contextmanager
def _outcomes() -> Iterator[Callable[[str], tuple[str, ...]]]:
    """What the trained assistant sets out to do on a message, for the time of the block."""
    model = config.load().models_dir / MODEL
    if not model.exists():
        raise ConfigurationError(f"There is no model at {model}. Train it: python -m bot train")
    with quiet():
        from bot.rehearsal.desk import rehearsal

        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        try:
            with rehearsal(model) as desk:
                yield lambda text: loop.run_until_complete(desk.outcomes(text))
        finally:
            loop.close()


@contextmanager
def quiet() -> Iterator[None]:
    """Keeps Rasa's own logging from standing between the lines of the report."""
    import structlog

    os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
    before, kept = logging.root.manager.disable, structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    logging.disable(logging.ERROR)
    try:
        yield
    finally:
        logging.disable(before)
        structlog.configure(**kept)
