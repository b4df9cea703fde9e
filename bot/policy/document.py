"""A policy as sections, blocks and sentences over one plain text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from bot.domain.passages import PolicyRef, Quote
from bot.policy.errors import NotVerbatim


@dataclass(frozen=True)
class Sentence:
    """The smallest unit that can be quoted. `text` equals ``plain[start:end]``."""

    id: str
    text: str
    start: int
    end: int
    heading: bool = False


@dataclass(frozen=True)
class Block:
    """A paragraph, a bullet or a table row.

    Attributes:
        kind: ``paragraph``, ``bullet`` or ``row``.
        topic: the run-in or minor heading it stands under, or None.
        lead_in: the sentence that introduces a bullet ("We may use it to:"), or None.
    """

    kind: str
    start: int
    end: int
    sentences: tuple[Sentence, ...]
    topic: str | None = None
    lead_in: Sentence | None = None


@dataclass(frozen=True)
class Section:
    """A titled part of the policy. `path` holds the titles of the sections around it, outermost first."""

    id: str
    title: str
    blocks: tuple[Block, ...]
    path: tuple[str, ...] = ()

    def sentences(self) -> Iterator[Sentence]:
        """Every sentence of the section, in order."""
        for block in self.blocks:
            yield from block.sentences


@dataclass(frozen=True)
class PolicyDocument:
    """One version of a policy.

    Attributes:
        text: the plain text; every span points into it.
        source: where the text was taken from.
        notice: a remark of that source, shown with the policy.
    """

    ref: PolicyRef
    text: str
    sections: tuple[Section, ...]
    source: str = ""
    notice: str = ""

    @cached_property
    def _places(self) -> dict[str, tuple[Section, Block, Sentence]]:
        return {s.id: (sec, block, s) for sec in self.sections for block in sec.blocks for s in block.sentences}

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """All sentences in order, run-in headings included."""
        return tuple(s for section in self.sections for s in section.sentences())

    def place(self, sentence_id: str) -> tuple[Section, Block, Sentence]:
        """Where a sentence stands."""
        return self._places[sentence_id]

    def quote(self, start: int, end: int) -> Quote:
        """The words in a span, as a quote anchored at the sentence they start in."""
        for sentence in self.sentences:
            if sentence.start <= start < sentence.end:
                section = self.place(sentence.id)[0]
                return Quote(self.text[start:end], sentence.id, section.id, section.title, start, end)
        raise NotVerbatim(f"no sentence of {self.ref.id} {self.ref.effective} at {start}..{end}")

    def sentences_in(self, start: int, end: int) -> list[str]:
        """Ids of the sentences of which a span covers at least half, or that hold at least half of the span."""
        found = []
        for s in self.sentences:
            common = min(end, s.end) - max(start, s.start)
            if common > 0 and common * 2 >= min(end - start, s.end - s.start):
                found.append(s.id)
        return found

    def check(self, quote: Quote) -> Quote:
        """Return the quote if it is verbatim, raise NotVerbatim otherwise."""
        if not quote.text or self.text[quote.start : quote.end] != quote.text:
            raise NotVerbatim(f"not in {self.ref.id} {self.ref.effective}: {quote.text[:80]!r}")
        return quote
