"""Text of a PDF as Markdown: page furniture dropped, wrapped lines joined, bullets kept."""

from __future__ import annotations

import io
import re
from collections import Counter

from bot.policy import sentences
from bot.policy.errors import CorpusError

_BULLET = re.compile(r"^\s*[•●▪◦‣–*·-]\s+")
_PAGE_NUMBER = re.compile(r"^\s*(?:page\s*)?\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?\s*$", re.IGNORECASE)


def to_markdown(data: bytes, name: str, remarks: list[str]) -> str:
    """Extract the text of a PDF.

    Raises:
        CorpusError: encrypted, broken, or without a text layer.
    """
    from pypdf import PdfReader

    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise CorpusError(f"{name}: the PDF is encrypted")
        pages = [(page.extract_text() or "").split("\n") for page in reader.pages]
    except CorpusError:
        raise
    except Exception as error:  # pypdf raises many kinds for a broken file
        raise CorpusError(f"{name}: the PDF cannot be read") from error
    furniture = _repeated(pages)
    if furniture:
        remarks.append(f"{len(furniture)} repeated header or footer lines were dropped")
    lines = [line.strip() for page in pages for line in page if _key(line) not in furniture]
    return join_lines([line for line in lines if not _PAGE_NUMBER.match(line)])


def _repeated(pages: list[list[str]]) -> set[str]:
    """Lines at the top or bottom of most pages."""
    edges = Counter(key for page in pages for key in {_key(line) for line in [*page[:2], *page[-2:]]} if key)
    return {key for key, count in edges.items() if len(pages) >= 3 and count * 2 > len(pages)}


def _key(line: str) -> str:
    return re.sub(r"\d+", "#", line.strip().lower())


def join_lines(lines: list[str]) -> str:
    """Join lines that a page's width broke, and set titles and bullets apart."""
    blocks: list[str] = []
    open_block = False
    for line in lines:
        if not line:
            open_block = False
        elif _BULLET.match(line):
            blocks.append(f"- {_BULLET.sub('', line)}")
            open_block = True
        elif sentences.is_title(line) or (not open_block and sentences.is_minor_title(line)):
            blocks.append(f"## {line}")
            open_block = False
        elif open_block and re.search(r"\w-$", blocks[-1]) and line[:1].islower():
            blocks[-1] = blocks[-1][:-1] + line
        elif open_block:
            blocks[-1] += f" {line}"
        else:
            blocks.append(line)
            open_block = True
        if line.endswith((".", ":")) and len(line) < 60 and not _BULLET.match(line):
            open_block = False
    return "\n\n".join(blocks)
