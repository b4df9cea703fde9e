"""Brings in policies, checks them and compares their versions."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import typer

from bot import config
from bot.domain.errors import InvalidInput
from bot.policy.checking import CheckReport
from bot.policy.checking import check as check_policy
from bot.policy.corpus import choose, load_corpus
from bot.policy.document import PolicyDocument
from bot.policy.importing import import_policy
from bot.policy.versions import diff as compare

app = typer.Typer(no_args_is_help=True, help=__doc__)


@app.command("import")
def import_(
    source: Path,
    policy: str = typer.Option(..., help="Its name; also the folder in the corpus."),
    title: str = typer.Option(..., help="What people read above each quote."),
    effective: datetime = typer.Option(..., formats=["%Y-%m-%d"], help="First day it is in force."),
    url: str = typer.Option("", help="Where it was published."),
) -> None:
    """Turns Markdown, HTML, PDF, DOCX or plain text into a file of the corpus, for you to review."""
    target = config.load().corpus_dir / policy / f"{effective:%Y-%m-%d}.md"
    if target.exists():
        raise InvalidInput(f"{target} is already there. Move it away first.")
    made = import_policy(source, policy_id=policy, title=title, effective=effective.date(), source_url=url)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(made.markdown, encoding="utf-8")
    typer.echo(f"Wrote {target}. Read it against the source, then: make train")
    for remark in made.remarks:
        typer.echo(f"  look at: {remark}")


@app.command()
def check(as_json: bool = typer.Option(False, "--json")) -> None:
    """Checks structure and curated answers, and shows which of the questions people ask of any policy it answers."""
    settings = config.load()
    reports = check_policy(settings.corpus_dir, settings.models_dir, policy=settings.policy)
    if as_json:
        typer.echo(json.dumps([report.to_json() for report in reports], ensure_ascii=False, default=str))
    else:
        for report in reports:
            _show(report)
    problems = sum(len(report.problems) for report in reports)
    if problems:
        raise InvalidInput(f"{problems} problems.")


@app.command()
def diff(old: str, new: str) -> None:
    """Shows which sentences two versions (their effective dates) do not share."""
    settings = config.load()
    versions = choose(load_corpus(settings.corpus_dir), settings.policy)
    typer.echo(compare(_version(versions, old), _version(versions, new)).text())


def _show(report: CheckReport) -> None:
    for row in report.coverage:
        typer.echo(f"{row.outcome:14} {row.ask:60} {row.section or ''}")
    for problem in report.problems:
        typer.echo(f"problem: {problem}")


def _version(versions: list[PolicyDocument], effective: str) -> PolicyDocument:
    for version in versions:
        if str(version.ref.effective) == effective:
            return version
    known = ", ".join(str(version.ref.effective) for version in versions)
    raise InvalidInput(f"There is no version of {effective}. There are: {known}.")
