"""Is a policy fit to be served? Structure, leftovers of conversion, stale answers, coverage of common questions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bot.encoder.serving import Encoder
from bot.policy import corpus, curated, knowledge
from bot.policy.answering import PolicyAnswerer
from bot.policy.document import PolicyDocument

_MARKUP = re.compile(r"</?[a-z][a-z0-9]*[^<>]*>|\]\(|&[a-z]+;|\*\*")
_LONG = 1500


@dataclass(frozen=True)
class Coverage:
    """What the policy answers to a common question."""

    ask: str
    outcome: str
    section: str | None
    quote: str
    score: float


@dataclass(frozen=True)
class CheckReport:
    """What to look at before serving, and the coverage of common questions."""

    policy: str
    version: str
    problems: tuple[str, ...]
    coverage: tuple[Coverage, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)


def check(
    corpus_dir: Path, models_dir: Path, *, policy: str | None = None, encoder: Encoder | None = None
) -> list[CheckReport]:
    """Check the newest version of one policy, or of every policy.

    Raises:
        CorpusError, CuratedError: it cannot even be read.
    """
    policies = corpus.load_corpus(corpus_dir)
    chosen = {policy: corpus.choose(policies, policy)} if policy else policies
    encoder = encoder or Encoder.load(models_dir / "encoder", threads=2)
    return [_check(corpus_dir, versions, encoder) for versions in chosen.values()]


def _check(corpus_dir: Path, versions: Sequence[PolicyDocument], encoder: Encoder) -> CheckReport:
    newest = versions[-1]
    entries = curated.load_curated(corpus_dir / newest.ref.id)
    problems = structure(newest)
    problems += [
        f"curated answer {i} is stale: a quote left the text" for i in curated.check_curated(entries, versions)
    ]
    answerer = PolicyAnswerer.in_memory(newest, encoder, entries)
    return CheckReport(newest.ref.id, newest.ref.version, tuple(problems), coverage(answerer))


def structure(document: PolicyDocument) -> list[str]:
    """Signs that a conversion went wrong or that the text needs headings."""
    problems = []
    if len(document.sections) < 2:
        problems.append("no section headings: answers cannot say where they stand")
    if len(document.sentences) < 5:
        problems.append(f"only {len(document.sentences)} sentences")
    for sentence in document.sentences:
        if len(sentence.text) > _LONG:
            problems.append(f"a sentence of {len(sentence.text)} characters: {sentence.text[:60]}…")
        if _MARKUP.search(sentence.text):
            problems.append(f"markup left over: {sentence.text[:80]}")
        if "\ufffd" in sentence.text:
            problems.append(f"undecoded characters: {sentence.text[:80]}")
    titles = Counter(section.title for section in document.sections)
    problems += [f"{count} sections are called {title!r}" for title, count in titles.items() if count > 1]
    texts = Counter(s.text for s in document.sentences if len(s.text) > 40)
    problems += [f"said {count} times: {text[:80]}" for text, count in texts.items() if count > 1]
    return problems


def coverage(answerer: PolicyAnswerer) -> tuple[Coverage, ...]:
    """The fixed list of common questions, put to the policy."""
    rows = []
    for topic in knowledge.topics():
        answer = answerer.answer(topic.ask)[0]
        quote = answer.quotes[0].text if answer.quotes else ""
        rows.append(Coverage(topic.ask, answer.outcome.value, answer.nearest, quote, round(answer.score, 3)))
    return tuple(rows)
