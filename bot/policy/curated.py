"""Curated answers: question families with exact leads, standing on verbatim quotes."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.domain.passages import Outcome, Quote
from bot.policy.document import PolicyDocument
from bot.policy.errors import CuratedError

FILE_NAME = "answers.yml"
_SETTINGS = """
    share_users share_clients share_partners marketing_email marketing_post marketing_phone newsletter ads_tailoring
    research facebook_advice facebook_recommendations sharing facebook marketing
"""
FOLLOW_UPS = frozenset(
    ["delete_account", "view_settings", "change_profile", "handoff", *(f"opt_out:{key}" for key in _SETTINGS.split())]
)


@dataclass(frozen=True)
class CuratedAnswer:
    """One question family.

    Attributes:
        questions: phrasings that it answers; those of `short_to` come last.
        quotes: verbatim words of the policy, best first.
        short: a yes or no that is true of the phrasings in `short_to`, and said to nothing else.
    """

    id: str
    questions: tuple[str, ...]
    outcome: Outcome
    lead: str
    quotes: tuple[str, ...]
    follow_ups: tuple[str, ...] = ()
    short: str = ""
    short_to: frozenset[str] = frozenset()

    def quotes_in(self, document: PolicyDocument) -> tuple[Quote, ...] | None:
        """The quotes with their places, or None when this version no longer contains one of them."""
        spans = [document.text.find(quote) for quote in self.quotes]
        if min(spans, default=0) < 0:
            return None
        return tuple(document.quote(at, at + len(text)) for at, text in zip(spans, self.quotes, strict=False))


def load_curated(policy_dir: Path) -> tuple[CuratedAnswer, ...]:
    """Read the curated answers of a policy; none when it has no file of them."""
    path = policy_dir / FILE_NAME
    if not path.exists():
        return ()
    try:
        rows = yaml.safe_load(path.read_text(encoding="utf-8")) or []
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise CuratedError(f"{path}: {str(error).splitlines()[0]}") from error
    if not isinstance(rows, list):
        raise CuratedError(f"{path}: expected a list of answers")
    answers = tuple(_entry(row, path) for row in rows)
    ids = [a.id for a in answers]
    twice = sorted({i for i in ids if ids.count(i) > 1})
    if twice:
        raise CuratedError(f"{path}: ids used twice: {', '.join(twice)}")
    return answers


def _entry(row: Any, path: Path) -> CuratedAnswer:
    name = row.get("id", "?") if isinstance(row, dict) else "?"
    try:
        answer = CuratedAnswer(
            str(row["id"]),
            tuple(str(q) for q in [*(row.get("questions") or []), *(row.get("short_to") or [])]),
            Outcome(row.get("outcome", "answered")),
            " ".join(str(row["lead"]).split()),
            tuple(str(q) for q in row.get("quotes", [])),
            tuple(str(f) for f in row.get("follow_ups", [])),
            str(row.get("short", "")),
            frozenset(str(q) for q in row.get("short_to") or []),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise CuratedError(f"{path}: entry {name}: {error!r}") from error
    unknown = [f for f in answer.follow_ups if f not in FOLLOW_UPS]
    if unknown or not answer.questions or not answer.lead:
        raise CuratedError(f"{path}: entry {name}: needs questions and a lead; unknown follow-ups: {unknown}")
    if not answer.quotes and answer.outcome in (Outcome.ANSWERED, Outcome.PARTLY):
        raise CuratedError(f"{path}: entry {name}: says something about the policy without a quote")
    return answer


def check_curated(answers: Sequence[CuratedAnswer], versions: Sequence[PolicyDocument]) -> list[str]:
    """Ids that the newest version no longer supports.

    Raises:
        CuratedError: a quote that no version of the policy contains.
    """
    for answer in answers:
        for quote in answer.quotes:
            if not any(quote in document.text for document in versions):
                raise CuratedError(f"{answer.id}: no version of {versions[0].ref.id} contains {quote[:80]!r}")
    return [a.id for a in answers if a.quotes_in(versions[-1]) is None]


def digest(answers: Sequence[CuratedAnswer]) -> str:
    """Changes when any entry does."""
    rows = [(a.id, a.questions, a.outcome.value, a.lead, a.quotes) for a in answers]
    return hashlib.sha256(repr(rows).encode()).hexdigest()
