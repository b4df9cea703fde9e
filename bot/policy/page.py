"""The policy laid out for reading: every sentence with the id that links point to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.policy.document import PolicyDocument, Section, Sentence


@dataclass(frozen=True)
class PagePart:
    """A line of the page.

    Attributes:
        kind: ``heading`` (a section), ``subheading``, ``paragraph``, ``bullet`` or ``row``.
        id: section id of a heading, else empty.
        text: words of a heading or subheading, else empty.
        sentences: the sentences of anything else; each id is an anchor.
    """

    kind: str
    id: str = ""
    text: str = ""
    sentences: tuple[Sentence, ...] = ()


def page(document: PolicyDocument) -> Iterator[PagePart]:
    """The whole policy in reading order."""
    for section in document.sections:
        yield from _section(section)


def _section(section: Section) -> Iterator[PagePart]:
    yield PagePart("heading", section.id, section.title)
    shown: str | None = None
    for block in section.blocks:
        run_in = block.sentences[0].heading
        if block.topic and block.topic != shown and not run_in:
            yield PagePart("subheading", text=block.topic)
        shown = block.topic
        yield PagePart(block.kind, sentences=block.sentences)
