"""`python -m bot eval several`: is each wish of a message taken, and nothing else?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.rehearsal.intents import json_lines
from bot.rehearsal.outcomes import LABELS


@dataclass(frozen=True)
class Compound:
    """One message with the outcomes it asks for; one of them is enough to be a case.

    Attributes:
        must_not: labels that must not be among the outcomes.
    """

    id: str
    text: str
    outcomes: frozenset[str]
    must_not: frozenset[str]


def load_compounds(path: Path) -> list[Compound]:
    """Reads a file of `id, text, outcomes, must_not`, one JSON object a line.

    Raises:
        InvalidInput: a line is not a case; the message names it.
    """
    return json_lines(path, _compound)


def _compound(row: dict[str, Any]) -> Compound:
    case = Compound(str(row["id"]), str(row["text"]), frozenset(row["outcomes"]), frozenset(row.get("must_not") or ()))
    unknown = (case.outcomes | case.must_not) - set(LABELS)
    if unknown or not case.outcomes:
        raise ValueError(f"no outcome, or unknown label {', '.join(sorted(unknown))}")
    return case


def measure(cases: Sequence[Compound], outcomes: Callable[[str], tuple[str, ...]], *, failures: bool) -> dict[str, Any]:
    """`n`; `exact`: share of messages with all their outcomes and no other; `recall` and `precision` of single
    outcomes; `must_not_violations`; with `failures`, each message that was not exact.
    """
    got = [frozenset(outcomes(case.text)) for case in cases]
    pairs = list(zip(cases, got, strict=True))
    hits = sum(len(case.outcomes & found) for case, found in pairs)
    report: dict[str, Any] = {
        "n": len(cases),
        "exact": round(sum(case.outcomes == found for case, found in pairs) / len(cases), 4),
        "recall": round(hits / sum(len(case.outcomes) for case in cases), 4),
        "precision": round(hits / sum(len(found) for found in got), 4),
        "must_not_violations": sum(bool(case.must_not & found) for case, found in pairs),
    }
    if failures:
        report["failures"] = [
            {
                "id": case.id,
                "text": case.text,
                "missed": sorted(case.outcomes - found),
                "extra": sorted(found - case.outcomes),
                "violates": sorted(case.must_not & found),
            }
            for case, found in pairs
            if case.outcomes != found
        ]
    return report
