"""HTML mail as text: only words come through, so there is nothing left to sanitise.

Browser-grade parsers take quadratic time on deeply nested tags; this one pass over the source does not.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

MAX_HTML = 400_000
"""Characters; the rest is left out."""
_LINES = frozenset(
    [
        "p",
        "div",
        "br",
        "li",
        "tr",
        "blockquote",
        "hr",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "pre",
        "table",
        "ul",
        "ol",
        "center",
        "section",
        "article",
    ]
)
_PARAGRAPHS = frozenset(["p", "blockquote", "hr", "tr", "table", "h1", "h2", "h3", "h4", "h5", "h6"])
_DROPPED = frozenset(["script", "style", "title", "noscript", "template", "textarea", "select", "svg", "head"])
_NAME = re.compile(r"</?([a-z][a-z0-9]{0,20})")
_SPACES = re.compile(r"\s+")
_BLANKS = re.compile(r"\n{3,}")
_MAX_DEPTH = 5


def text_of(source: str) -> str:
    """The words of an HTML document; quoted mail (`blockquote`) gets `>` before each line.

    >>> text_of("<p>Hello &amp; bye</p><blockquote>old</blockquote><script>evil()</script>")
    'Hello & bye\\n\\n> old'
    """
    lines: list[str] = []
    current: list[str] = []
    depth = 0

    def end_line() -> None:
        words = _SPACES.sub(" ", html.unescape("".join(current))).strip()
        current.clear()
        lines.append(f"{'>' * min(depth, _MAX_DEPTH)} {words}".rstrip() if depth else words)

    for words, tag, closing in _tokens(source[:MAX_HTML]):
        if words.strip() or (words and current):
            current.append(words)
        if tag == "td" and current:
            current.append(" ")
        if tag not in _LINES:
            continue
        if tag == "br" or current:
            end_line()
        if tag in _PARAGRAPHS and lines and lines[-1].strip("> "):
            lines.append("")
        if tag == "blockquote":
            depth = max(0, depth + (-1 if closing else 1))
    if current:
        end_line()
    return _BLANKS.sub("\n\n", "\n".join(lines)).strip()


def _tokens(source: str) -> Iterator[tuple[str, str, bool]]:
    """(words before a tag, name of the tag, whether it closes); the end of the source is a tag without a name."""
    lower = source.lower()
    position = 0
    while (start := source.find("<", position)) >= 0:
        words = source[position:start]
        comment = source.startswith("<!--", start)
        name = _NAME.match(lower, start)
        if not comment and name is None and source[start + 1 : start + 2] not in ("!", "?", "/"):
            yield words + "<", "", False
            position = start + 1
            continue
        end = source.find("-->" if comment else ">", start)
        if end < 0:
            yield words, "", False
            return
        position = end + (3 if comment else 1)
        tag, closing = name.group(1) if name else "", source[start + 1] == "/"
        if tag in _DROPPED and not closing and source[end - 1] != "/":
            position = lower.find(f"</{tag}", position)
        yield words, tag, closing
        if position < 0:
            return
    yield source[position:], "", False
