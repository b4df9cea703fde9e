"""Measures the assistant on files of cases."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import typer

from bot import config
from bot.policy.answering import PolicyAnswerer
from bot.policy.evaluation import evaluate, load_cases

app = typer.Typer(no_args_is_help=True, help=__doc__)


@app.callback()
def _group() -> None:
    """Keeps `answers` a subcommand while it is the only one."""


@app.command()
def answers(file: Path, as_json: bool = typer.Option(False, "--json"), failures: bool = False) -> None:
    """Runs questions through the code that serves, and prints how often it was right."""
    settings = config.load()
    answerer = PolicyAnswerer.load(settings.corpus_dir, settings.models_dir, policy=settings.policy)
    report = evaluate(load_cases(file), answerer, on_failure=_print if failures else None)
    if as_json:
        typer.echo(json.dumps(report, ensure_ascii=False))
        return
    for name, value in report.items():
        typer.echo(f"{name:22} {value}")


def _print(failure: dict[str, Any]) -> None:
    typer.echo(json.dumps(failure, ensure_ascii=False, default=str))
