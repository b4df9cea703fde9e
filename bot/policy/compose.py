"""The fixed words around quotes. Nothing here says anything about a policy."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.domain.passages import Answer, Quote
from bot.policy.document import PolicyDocument

LEAD = "The policy says:"
PARTLY_LEAD = "The policy says this much, which may not answer all of it:"
SILENT = "The policy does not say anything about that."
OFF_TOPIC = "That is not something the privacy policy answers."
FOREIGN = "I only understand English so far, and could not read that as an English question."
UNREADABLE = "I could not find a question in that message."

_TWISTED = re.compile(
    r"\b(?:never|not|no|none|nobody|without|only|always|any more|anymore)\b|n't\b|\b(?:right|correct|true|yes)\W*$",
    re.IGNORECASE,
)


def plain(question: str) -> bool:
    """Whether a yes or no cannot be misread: no negation, no "only", no "…, right?"."""
    return not _TWISTED.search(question)


def found_lead(document: PolicyDocument, first: Quote) -> str:
    """The lead of a found answer; a bullet that cannot stand alone gets the sentence that introduces it."""
    block = document.place(first.passage_id)[1]
    if block.lead_in and first.text[:1].islower():
        return f"The policy says, under “{block.lead_in.text}”"
    return LEAD


def merge(*groups: Iterable[Quote]) -> tuple[Quote, ...]:
    """Quotes of several groups in order, each once."""
    return tuple(dict.fromkeys(quote for group in groups for quote in group))


def same(one: Answer, other: Answer) -> bool:
    """Whether a second answer would only repeat the first."""
    return (one.outcome, one.lead, one.quotes, one.curated) == (other.outcome, other.lead, other.quotes, other.curated)
