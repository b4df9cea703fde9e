"""Measures the assistant on files of cases."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import typer

from bot import config
from bot.encoder.serving import Encoder
from bot.policy.answering import PolicyAnswerer
from bot.policy.evaluation import evaluate, load_cases
from bot.policy.ranking_evaluation import evaluate_ranking

app = typer.Typer(no_args_is_help=True, help=__doc__)


@app.command()
def answers(file: Path, as_json: bool = typer.Option(False, "--json"), failures: bool = False) -> None:
    """Runs questions through the code that serves, and prints how often it was right."""
    settings = config.load()
    answerer = PolicyAnswerer.load(settings.corpus_dir, settings.models_dir, policy=settings.policy)
    report = evaluate(load_cases(file), answerer, on_failure=_print if failures else None)
    _show(report, as_json)


@app.command()
def ranking(file: Path, as_json: bool = typer.Option(False, "--json")) -> None:
    """Ranks and decides on policies given as lists of sentences, with the models that serve."""
    encoder = Encoder.load(config.load().models_dir / "encoder")
    _show(evaluate_ranking(file, encoder), as_json)


@app.command()
def intents(file: Path, as_json: bool = typer.Option(False, "--json"), failures: bool = False) -> None:
    """Runs messages through the trained model and the real actions, each in a new conversation."""
    from bot.rehearsal import run

    _show(run.intents(file, failures=failures), as_json)


@app.command()
def several(file: Path, as_json: bool = typer.Option(False, "--json"), failures: bool = False) -> None:
    """Does the same for messages that ask for several things: is each taken, and nothing else?"""
    from bot.rehearsal import run

    _show(run.several(file, failures=failures), as_json)


@app.command()
def report(
    bench: Path = typer.Option(None, help="Folder with the public ranking data; without it only our own cases."),
    docs: Path = typer.Option(Path("docs"), help="Where tables and plots go."),
) -> None:
    """Measures and writes the tables and plots of the documentation."""
    from bot.policy.report import write_report

    for path in write_report(bench, docs):
        typer.echo(f"wrote {path}")


def _show(report: dict[str, Any], as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(report, ensure_ascii=False))
        return
    for name, value in report.items():
        typer.echo(f"{name:22} {value}")


def _print(failure: dict[str, Any]) -> None:
    typer.echo(json.dumps(failure, ensure_ascii=False, default=str))
