"""What is searched: one unit per sentence, with the words around it that give it meaning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.policy import sentences
from bot.policy.document import PolicyDocument

_CONTEXT_CHARACTERS = 600


@dataclass(frozen=True)
class Unit:
    """A sentence to be found.

    Attributes:
        id: sentence id, or its position in a bare list of sentences.
        text: the sentence.
        context: headings, introducing sentence and the sentence itself.
        window: the sentence with its neighbours.
        group: units of one paragraph or list share it.
    """

    id: str
    text: str
    context: str
    window: str
    group: int


def units_of(document: PolicyDocument) -> list[Unit]:
    """One unit per sentence of the policy; run-in headings are context, not units."""
    rows: list[tuple[str, str, str, int]] = []
    group = 0
    for section in document.sections:
        titles = [sentences.unnumbered(t) for t in (*section.path, section.title)]
        previous = None
        for block in section.blocks:
            if block.kind == "paragraph" or block.kind != previous or len(block.sentences) > 1:
                group += 1
            previous = block.kind
            head = ". ".join([*titles, *([block.topic] if block.topic else [])])
            lead_in = f" {block.lead_in.text}" if block.lead_in else ""
            for s in block.sentences:
                if not s.heading:
                    rows.append((s.id, s.text, f"{head}.{lead_in} {s.text}", group))
    return _with_windows(rows)


def units_of_sentences(texts: Sequence[str]) -> list[Unit]:
    """Units of a policy that is only a list of sentences; short lines are taken as headings."""
    rows: list[tuple[str, str, str, int]] = []
    head = lead_in = ""
    group = 0
    for i, raw in enumerate(texts):
        text = " ".join(raw.split())
        if sentences.is_title(text) or sentences.is_minor_title(text) or sentences.is_run_in(text):
            head, lead_in, group = text.rstrip(".:"), "", group + 1
        prefix = f"{head}. " if head and not text.startswith(head) else ""
        rows.append((str(i), text, f"{prefix}{lead_in}{text}", group))
        if text.endswith(":"):
            lead_in = f"{text} "
        elif lead_in and text.endswith(".") and len(text.split()) > 25:
            lead_in = ""
    return _with_windows(rows)


def _with_windows(rows: list[tuple[str, str, str, int]]) -> list[Unit]:
    units = []
    for i, (name, text, context, group) in enumerate(rows):
        before = rows[i - 1][1] + " " if i and rows[i - 1][3] == group else ""
        after = " " + rows[i + 1][1] if i + 1 < len(rows) and rows[i + 1][3] == group else ""
        units.append(Unit(name, text, context[:_CONTEXT_CHARACTERS], f"{before}{text}{after}", group))
    return units
