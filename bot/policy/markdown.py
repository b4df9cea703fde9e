"""Markdown to a flat list of headings, paragraphs, bullets and table rows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape

from markdown_it import MarkdownIt
from markdown_it.token import Token

_TAG = re.compile(r"<[^>]*>")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_SPACES = re.compile(r"[^\S\n]+")


@dataclass(frozen=True)
class RawBlock:
    """One line of the plain text to be: `kind` is heading, paragraph, bullet or row; `level` its depth."""

    kind: str
    text: str
    level: int = 0
    bold: bool = False


def inline_text(token: Token) -> str:
    """The words of an inline token, hard line breaks as newlines, without link targets and raw HTML."""
    parts: list[str] = []
    for child in token.children or []:
        if child.type == "hardbreak":
            parts.append("\n")
        elif child.type == "softbreak":
            parts.append(" ")
        elif child.type == "html_inline" and child.content.lower().startswith("<br"):
            parts.append("\n")
        elif child.type in ("text", "text_special", "code_inline"):
            parts.append(child.content)
        elif child.type == "image":
            parts.append(inline_text(child))
    return clean("".join(parts))


def clean(text: str) -> str:
    """One kind of space, no invisible characters, no space around line breaks."""
    text = _SPACES.sub(" ", _INVISIBLE.sub("", text))
    return "\n".join(line.strip() for line in text.split("\n")).strip()


def plain(markdown: str) -> str:
    """Inline Markdown as plain text on one line, for example a quote copied from the source."""
    tokens = MarkdownIt("commonmark").parseInline(markdown)
    return " ".join(inline_text(token) for token in tokens).replace("\n", " ").strip()


def _all_bold(token: Token) -> bool:
    shown = [c for c in token.children or [] if c.content.strip() or c.type.startswith("strong")]
    return len(shown) >= 3 and shown[0].type == "strong_open" and shown[-1].type == "strong_close"


def _html_lines(html: str) -> Iterator[str]:
    html = re.sub(r"(?is)<(script|style)\b.*?</\1\s*>|<!--.*?-->", " ", html)
    for line in re.split(r"(?i)</?(?:p|div|li|tr|h\d|br)\b[^>]*>|\n", html):
        text = clean(unescape(_TAG.sub(" ", line)))
        if text:
            yield text


def blocks(markdown: str) -> list[RawBlock]:
    """Parse a document body into raw blocks, in order of appearance."""
    return list(_walk(MarkdownIt("commonmark", {"html": True}).enable("table").parse(markdown)))


def _walk(tokens: Sequence[Token]) -> Iterator[RawBlock]:
    depth = heading = 0
    row: list[str] | None = None
    for i, token in enumerate(tokens):
        kind = token.type
        if kind in ("bullet_list_open", "ordered_list_open"):
            title = _lone_item(tokens, i)
            depth += 1
            if title is not None:
                heading = 2
        elif kind in ("bullet_list_close", "ordered_list_close"):
            depth, heading = depth - 1, 0
        elif kind == "heading_open":
            heading = int(token.tag[1])
        elif kind == "heading_close":
            heading = 0
        elif kind == "tr_open":
            row = []
        elif kind == "tr_close" and row is not None:
            yield RawBlock("row", " | ".join(cell for cell in row if cell))
            row = None
        elif kind in ("code_block", "fence", "html_block"):
            lines = _html_lines(token.content) if kind == "html_block" else map(clean, token.content.split("\n"))
            yield from (RawBlock("paragraph", line) for line in lines if line)
        elif kind == "inline":
            text = inline_text(token)
            if row is not None:
                row.append(text.replace("\n", " "))
            elif heading:
                number = _lone_item(tokens, i - 3) if depth else None
                yield RawBlock("heading", f"{number or ''}{text}".replace("\n", " "), heading)
            else:
                for line in filter(None, text.split("\n")):
                    yield RawBlock("bullet" if depth else "paragraph", line, depth, _all_bold(token))


def _lone_item(tokens: Sequence[Token], i: int) -> str | None:
    """The number of a one-item ordered list that is really a section title ("1. Information we collect")."""
    if i < 0 or tokens[i].type != "ordered_list_open" or i + 3 >= len(tokens) or tokens[i + 3].type != "inline":
        return None
    text = inline_text(tokens[i + 3])
    alone = i + 6 < len(tokens) and tokens[i + 6].type == "ordered_list_close"
    if not alone or len(text.split()) > 12 or "\n" in text or text.endswith((".", ";", ",", ":")):
        return None
    return f"{tokens[i].attrGet('start') or 1}. "
