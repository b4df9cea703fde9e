"""Measures answers on cases written by people, through the code that serves."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.domain.passages import Answer, Outcome, Quote
from bot.policy import corpus, markdown, sentences
from bot.policy.answering import PolicyAnswerer
from bot.policy.document import PolicyDocument
from bot.policy.errors import NotVerbatim, PolicyError

KINDS = ("answerable", "partially", "unanswerable", "out_of_scope", "adversarial", "action_request")
SHOULD_ANSWER = ("answerable", "partially")
SHOULD_NOT = ("unanswerable", "out_of_scope")
_POLICY_ANSWER = (Outcome.ANSWERED, Outcome.PARTLY)


@dataclass(frozen=True)
class Case:
    """One question with what a good answer shows."""

    id: str
    question: str
    kind: str
    gold_sections: tuple[str, ...] = ()
    gold_quotes: tuple[str, ...] = ()
    quote_mode: str = "any"
    split: str = ""


def load_cases(path: Path) -> list[Case]:
    """Read a file of cases, one JSON object a line."""
    cases = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            case = Case(
                str(row.get("id", number)),
                str(row["question"]),
                str(row["kind"]),
                tuple(row.get("gold_sections") or ()),
                tuple(row.get("gold_quotes") or ()),
                str(row.get("quote_mode") or "any"),
                str(row.get("split") or ""),
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise PolicyError(f"{path}:{number}: not a case: {error!r}") from error
        if case.kind not in KINDS or case.quote_mode not in ("any", "all"):
            raise PolicyError(f"{path}:{number}: unknown kind {case.kind!r} or quote_mode {case.quote_mode!r}")
        cases.append(case)
    return cases


def evaluate(
    cases: Iterable[Case], answerer: PolicyAnswerer, *, on_failure: Callable[[dict[str, Any]], None] | None = None
) -> dict[str, Any]:
    """Run every case and sum up.

    A quote hits when what is shown at rank <= k overlaps a gold quote by at least half of the shorter. With mode
    ``any`` one gold quote suffices; with ``all``, as many of them must be hit as fit, min(k, number of gold quotes).

    Raises:
        NotVerbatim: a gold quote is not in the policy.
    """
    rows = [_run(case, answerer) for case in cases]
    for row in rows:
        if on_failure and row["why"]:
            on_failure(row)
    expected = [r for r in rows if r["kind"] in SHOULD_ANSWER]
    with_gold = [r for r in expected if r["gold"]]
    return {
        "n": len(rows),
        "section_hit_1": _mean(r["section_hit_1"] for r in with_gold),
        "section_hit_3": _mean(r["section_hit_3"] for r in with_gold),
        "quote_hit_1": _mean(r["quote_hit_1"] for r in with_gold),
        "quote_hit_3": _mean(r["quote_hit_3"] for r in with_gold),
        "false_answer_rate": _mean(r["answered"] for r in rows if r["kind"] in SHOULD_NOT),
        "false_refusal_rate": _mean(not r["answered"] for r in rows if r["kind"] == "answerable"),
        "by_kind": {kind: _summary([r for r in rows if r["kind"] == kind]) for kind in KINDS},
    }


def _summary(rows: list[dict[str, Any]]) -> dict[str, Any]:
    gold = [r for r in rows if r["gold"]]
    return {
        "n": len(rows),
        "answered": _mean(r["answered"] for r in rows),
        "outcomes": {o.value: sum(o.value in r["outcomes"] for r in rows) for o in Outcome},
        "section_hit_1": _mean(r["section_hit_1"] for r in gold),
        "quote_hit_1": _mean(r["quote_hit_1"] for r in gold),
        "quote_hit_3": _mean(r["quote_hit_3"] for r in gold),
    }


def _mean(values: Iterable[Any]) -> float | None:
    numbers = [float(v) for v in values]
    return round(sum(numbers) / len(numbers), 4) if numbers else None


def _run(case: Case, answerer: PolicyAnswerer) -> dict[str, Any]:
    document = answerer.document
    gold = [locate(document, quote) for quote in case.gold_quotes]
    answers = answerer.answer(case.question)
    shown = interleaved(answers)
    hits = {k: _quotes_hit(shown[:k], gold, case.quote_mode, k) for k in (1, 3)}
    sections = {_section_key(s) for s in case.gold_sections}
    section_hits = {k: any(sections & _section_names(document, q) for q in shown[:k]) for k in (1, 3)}
    answered = any(a.outcome in _POLICY_ANSWER for a in answers)
    why = ""
    if case.kind in SHOULD_NOT and answered:
        why = "false answer"
    elif case.kind == "answerable" and not answered:
        why = "false refusal"
    elif case.kind in SHOULD_ANSWER and gold and not hits[3]:
        why = "no gold quote in the first 3"
    elif case.kind in SHOULD_ANSWER and gold and not hits[1]:
        why = "gold quote not first"
    return {
        "id": case.id,
        "question": case.question,
        "kind": case.kind,
        "why": why,
        "outcomes": sorted({a.outcome.value for a in answers}),
        "curated": [a.curated for a in answers],
        "score": [round(a.score, 3) for a in answers],
        "shown": [q.text for q in shown[:3]],
        "answered": answered,
        "gold": bool(gold),
        "quote_hit_1": hits[1],
        "quote_hit_3": hits[3],
        "section_hit_1": section_hits[1],
        "section_hit_3": section_hits[3],
    }


def interleaved(answers: Sequence[Answer]) -> list[Quote]:
    """Quotes in the order of rank when a message got several answers: all the first ones, then the second ones."""
    longest = max((len(a.quotes) for a in answers), default=0)
    return [a.quotes[rank] for rank in range(longest) for a in answers if rank < len(a.quotes)]


def _quotes_hit(shown: Sequence[Quote], gold: Sequence[tuple[int, int]], mode: str, k: int) -> bool:
    hit = sum(any(_overlaps((q.start, q.end), span) for q in shown) for span in gold)
    return hit >= (min(k, len(gold)) if mode == "all" else 1) if gold else False


def _overlaps(one: tuple[int, int], other: tuple[int, int]) -> bool:
    common = min(one[1], other[1]) - max(one[0], other[0])
    return common > 0 and common * 2 >= min(one[1] - one[0], other[1] - other[0])


def locate(document: PolicyDocument, quote: str) -> tuple[int, int]:
    """Span of a gold quote. Spaces and Markdown marks may differ, words and signs may not.

    Raises:
        NotVerbatim: it is not in the policy.
    """
    for form in (quote, markdown.plain(quote)):
        tokens = re.sub(r"(?m)^\s*[*+-]\s+", " ", form).split()
        match = re.search(r"\s+".join(map(re.escape, tokens)), document.text) if tokens else None
        if match:
            return match.span()
    raise NotVerbatim(f"gold quote is not in {document.ref.id} {document.ref.effective}: {quote[:100]!r}")


def _section_key(title: str) -> str:
    return re.sub(r"\W+", " ", sentences.unnumbered(title.replace("\\", "")).lower()).strip()


def _section_names(document: PolicyDocument, quote: Quote) -> set[str]:
    section, block, _ = document.place(quote.passage_id)
    names = {_section_key(section.title), *(_section_key(t) for t in section.path)}
    if block.topic:
        names.add(_section_key(block.topic))
    if section.title == corpus.INTRO:
        above = document.text[: section.blocks[0].start].split("\n")
        names |= {"intro", "preamble", "privacy policy", *map(_section_key, [document.ref.title, *above])}
    return names
