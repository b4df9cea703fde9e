"""Versions of a policy: which one said what, and what changed between two of them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from bot.domain.passages import Answer, Outcome
from bot.policy.document import PolicyDocument, Sentence

_ASKED = re.compile(
    r"\bwhat(?:'s| is| has| have| was)?\b.{0,30}\b(?:changed?|changes|new|different|difference)\b.{0,40}"
    r"\b(?:policy|policies|versions?|terms|since|before|rules)\b|^\W*what(?:'s| has)? (?:changed|new)\W*$",
    re.IGNORECASE,
)
_ALIKE = 0.6
_SHOWN = 5


@dataclass(frozen=True)
class Diff:
    """What changed from one version to another, in the new version's order; removed sentences in the old one's."""

    old: PolicyDocument
    new: PolicyDocument
    added: tuple[Sentence, ...]
    removed: tuple[Sentence, ...]
    changed: tuple[tuple[Sentence, Sentence], ...]

    def text(self) -> str:
        """For people: one line per sentence, + added, - removed, ~ changed (old, then new)."""
        lines = [f"{self.old.ref.id}: {self.old.ref.effective} -> {self.new.ref.effective}"]
        lines += [f"~ {a.text}\n  {b.text}" for a, b in self.changed]
        lines += [f"+ {s.text}" for s in self.added] + [f"- {s.text}" for s in self.removed]
        return "\n".join(lines if len(lines) > 1 else [*lines, "no difference in words"])


def diff(old: PolicyDocument, new: PolicyDocument) -> Diff:
    """Compare two versions sentence by sentence; a sentence that only moved has not changed."""
    was, now = [" ".join(s.text.split()) for s in old.sentences], [" ".join(s.text.split()) for s in new.sentences]
    gone = [s for s, text in zip(old.sentences, was, strict=True) if text not in set(now)]
    come = [s for s, text in zip(new.sentences, now, strict=True) if text not in set(was)]
    changed: list[tuple[Sentence, Sentence]] = []
    for sentence in list(come):
        ratios = [(SequenceMatcher(None, s.text, sentence.text).ratio(), i) for i, s in enumerate(gone)]
        best, which = max(ratios, default=(0.0, -1))
        if best >= _ALIKE:
            changed.append((gone.pop(which), sentence))
            come.remove(sentence)
    return Diff(old, new, tuple(come), tuple(gone), tuple(changed))


def find_version(corpus: Mapping[str, Sequence[PolicyDocument]], version: str) -> PolicyDocument | None:
    """The document with this version hash, so that an old answer can be explained."""
    return next((d for versions in corpus.values() for d in versions if d.ref.version == version), None)


def asks_what_changed(question: str) -> bool:
    """Whether a question is about the difference between versions."""
    return bool(_ASKED.search(question))


def what_changed(document: PolicyDocument, previous: PolicyDocument | None) -> Answer:
    """The answer to "what changed?": new words of the version in force."""
    if previous is None:
        lead = f"I know only one version of this policy, of {document.ref.effective:%d %B %Y}, so I cannot compare."
        return Answer(Outcome.NOT_IN_POLICY, lead, (), document.ref, 1.0)
    found = diff(previous, document)
    fresh = sorted([*(b for _, b in found.changed), *found.added], key=lambda s: s.start)
    quotes = tuple(document.quote(s.start, s.end) for s in fresh[:_SHOWN])
    counts = f"{len(found.added)} sentences are new, {len(found.changed)} changed, {len(found.removed)} are gone"
    lead = f"Since the version of {previous.ref.effective:%d %B %Y}: {counts}."
    return Answer(Outcome.ANSWERED, lead, quotes, document.ref, 1.0)
