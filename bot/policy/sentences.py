"""Sentences with their spans, and headings told from sentences."""

from __future__ import annotations

import re

from sentencex import segment

_VERB = re.compile(
    r"\b(we|you|it|they|i|may|will|is|are|was|can|could|shall|should|do|does|did|must|has|have|cannot|please)\b",
    re.IGNORECASE,
)
_NUMBERED = re.compile(
    r"^(?:(?:section|article|part)\s+)?(?:\d{1,2}(?:\.\d{1,2})*|[IVX]{1,5}|[A-H])[.):]\s+(?=\S)", re.IGNORECASE
)
_FINAL = (".", ";", ",", "!", "?")


def split(line: str) -> list[tuple[int, int]]:
    """Spans of the sentences of one line, without the spaces between them."""
    spans: list[tuple[int, int]] = []
    position = 0
    for part in segment("en", line):
        text = part.strip()
        if not text:
            continue
        start = line.find(text, position)
        if start < 0:
            return [(0, len(line))] if line else []
        position = start + len(text)
        if spans and not any(ch.isalnum() for ch in text):
            spans[-1] = (spans[-1][0], position)
        else:
            spans.append((start, position))
    return spans


def is_title(line: str) -> bool:
    """Whether a line is a numbered section title ("2. Use of Information Collected")."""
    return bool(_NUMBERED.match(line)) and len(line.split()) <= 13 and not line.endswith(_FINAL)


def is_minor_title(line: str) -> bool:
    """Whether a line reads as a heading without a number: short, capitalised, no full stop."""
    words = line.split()
    return 1 <= len(words) <= 10 and not line.endswith(_FINAL) and _capitalised(line) and any(c.isalpha() for c in line)


def is_run_in(sentence: str) -> bool:
    """Whether the first sentence of a paragraph is really its heading ("Company Information.")."""
    words = sentence.split()
    return bool(
        len(words) <= 10
        and sentence.endswith((".", ":"))
        and not _VERB.search(sentence)
        and not sentence.lower().startswith(("for example", "e.g.", "note"))
        and _capitalised(sentence)
    )


def _capitalised(line: str) -> bool:
    """At least half of the longer words start with a capital, and the first word does."""
    words: list[str] = [w for w in re.findall(r"[^\W\d_][\w'-]*", line) if len(w) >= 4]
    first = re.search(r"[^\W\d_]", line)
    if not words or first is None or not str(first.group()).isupper():
        return False
    return sum(w[0].isupper() for w in words) * 2 >= len(words)


def unnumbered(title: str) -> str:
    """A section title without its number."""
    return _NUMBERED.sub("", title).strip()
