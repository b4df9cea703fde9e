"""`python -m bot eval intents`: do messages reach the right outcome?"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from bot.domain.errors import InvalidInput
from bot.rehearsal.outcomes import LABELS

Made = TypeVar("Made")


@dataclass(frozen=True)
class Case:
    """One message.

    Attributes:
        expected: the outcome label wanted; `negated` wants anything that is not in `must_not`.
        must_not: labels that must not be among the outcomes.
        also_ok: labels that are as good as the expected one.
    """

    id: str
    text: str
    expected: str
    must_not: frozenset[str]
    also_ok: frozenset[str]


def load_cases(path: Path) -> list[Case]:
    """Reads a file of cases, one JSON object a line.

    Raises:
        InvalidInput: a line is not a case; the message names it.
    """
    return json_lines(path, _case)


def json_lines(path: Path, read: Callable[[dict[str, Any]], Made]) -> list[Made]:
    """What `read` makes of each JSON object of a file.

    Raises:
        InvalidInput: there is no line, or one that cannot be read; the message names it.
    """
    made = []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{path} cannot be read: {error}") from error
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                made.append(read(json.loads(line)))
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise InvalidInput(f"{path}:{number} is not a case: {error!r}") from error
    if not made:
        raise InvalidInput(f"{path} holds no case.")
    return made


def _case(row: dict[str, Any]) -> Case:
    case = Case(
        str(row["id"]),
        str(row["text"]),
        str(row["expected"]),
        frozenset(row.get("must_not") or ()),
        frozenset(row.get("also_ok") or ()),
    )
    unknown = {case.expected, *case.must_not, *case.also_ok} - set(LABELS)
    if unknown:
        raise ValueError(f"unknown label {', '.join(sorted(unknown))}")
    return case


@dataclass(frozen=True)
class Result:
    """What became of one case; `outcomes` in the order in which the assistant took them."""

    case: Case
    outcomes: tuple[str, ...]

    @property
    def violations(self) -> tuple[str, ...]:
        """Outcomes that must not be."""
        return tuple(label for label in self.outcomes if label in self.case.must_not)

    @property
    def predicted(self) -> str:
        """The label that counts: of several outcomes the one that was wanted, else the first."""
        case = self.case
        if case.expected == "negated":
            return self.violations[0] if self.violations else "negated"
        wanted = [label for label in self.outcomes if label == case.expected]
        wanted += [label for label in self.outcomes if label in case.also_ok]
        return (wanted or list(self.outcomes))[0]

    @property
    def right(self) -> bool:
        """Whether the wanted outcome, or one as good, was reached."""
        return self.predicted == self.case.expected or self.predicted in self.case.also_ok


def report(results: Sequence[Result]) -> dict[str, Any]:
    """`n`, `accuracy`, `must_not_violations`, `per_label`.

    An outcome that is as good as the expected one counts as the expected one in precision and recall.
    """
    wanted = Counter(result.case.expected for result in results)
    given = Counter(_counted(result) for result in results)
    hit = Counter(result.case.expected for result in results if result.right)
    return {
        "n": len(results),
        "accuracy": round(sum(hit.values()) / len(results), 4),
        "must_not_violations": sum(bool(result.violations) for result in results),
        "per_label": {
            label: {
                "precision": round(hit[label] / given[label], 4) if given[label] else None,
                "recall": round(hit[label] / wanted[label], 4) if wanted[label] else None,
                "n": wanted[label],
            }
            for label in LABELS
            if wanted[label] or given[label]
        },
    }


def _counted(result: Result) -> str:
    return result.case.expected if result.right else result.predicted


def misses(results: Sequence[Result]) -> list[dict[str, Any]]:
    """Each case that went wrong, with what came of it."""
    return [
        {
            "id": result.case.id,
            "text": result.case.text,
            "expected": result.case.expected,
            "got": list(result.outcomes),
            "violates": list(result.violations),
        }
        for result in results
        if not result.right or result.violations
    ]


def evaluate(cases: Sequence[Case], outcomes: Callable[[str], tuple[str, ...]]) -> list[Result]:
    """Runs every case.

    Args:
        outcomes: labels of what a message makes the assistant do.
    """
    return [Result(case, outcomes(case.text)) for case in cases]
