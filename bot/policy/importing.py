"""Other formats to the Markdown of the corpus, for a person to review before it is committed.

What a reader of the source would not see (scripts, comments, hidden elements) is dropped. Nothing of the text is ever
executed or obeyed: a policy is only quoted.
"""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from bot.policy import pdf
from bot.policy.errors import CorpusError

MAX_BYTES = 40_000_000
MAX_UNPACKED = 400_000_000
_UNSEEN = ["script", "style", "noscript", "template", "nav", "form", "iframe", "object", "svg", "button", "head"]
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u200b-\u200d\u2060-\u2064\ufeff]")


@dataclass(frozen=True)
class Imported:
    """A policy file, and what a reviewer should look at."""

    markdown: str
    remarks: tuple[str, ...]


def import_policy(source: Path, *, policy_id: str, title: str, effective: date, source_url: str = "") -> Imported:
    """Convert Markdown, plain text, HTML, PDF or DOCX.

    Raises:
        CorpusError: the file cannot be read, is too large, or holds no text.
    """
    try:
        data = source.read_bytes()
    except OSError as error:
        raise CorpusError(f"{source}: {error.strerror}") from error
    if len(data) > MAX_BYTES:
        raise CorpusError(f"{source}: larger than {MAX_BYTES // 1_000_000} MB")
    remarks: list[str] = []
    body = _body(data, source, remarks)
    body = _CONTROL.sub("", unicodedata.normalize("NFC", body.replace("\r\n", "\n").replace("\r", "\n")))
    body = re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in body.split("\n"))).strip()
    if not any(ch.isalpha() for ch in body):
        raise CorpusError(f"{source}: it holds no text (a scanned document needs text recognition first)")
    if "\ufffd" in body:
        remarks.append("some characters could not be decoded and show as \ufffd")
    front = {"id": policy_id, "title": title, "source": source_url or source.name, "effective": effective}
    header = yaml.safe_dump(front, sort_keys=False, allow_unicode=True)
    return Imported(f"---\n{header}---\n\n{body}\n", tuple(remarks))


def _body(data: bytes, source: Path, remarks: list[str]) -> str:
    kind = source.suffix.lower()
    if data[:5] == b"%PDF-":
        return pdf.to_markdown(data, str(source), remarks)
    if data[:2] == b"PK":
        return _from_docx(data, source, remarks)
    if kind in (".html", ".htm", ".xhtml") or re.match(rb"\s*(?:\xef\xbb\xbf)?\s*<(?:!doctype html|html)", data, re.I):
        return _from_html(data, remarks)
    if kind in (".pdf", ".docx"):
        raise CorpusError(f"{source}: this is not really a {kind[1:].upper()} file")
    text = _decode(data, remarks)
    return re.sub(r"\A---\n.*?\n---[ \t]*\n", "", text, count=1, flags=re.DOTALL)


def _decode(data: bytes, remarks: list[str]) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        from charset_normalizer import from_bytes

        best = from_bytes(data).best()
        remarks.append(f"not UTF-8; read as {best.encoding if best else 'UTF-8 with losses'}")
        return str(best) if best else data.decode("utf-8", "replace")


def _from_html(data: bytes | str, remarks: list[str]) -> str:
    from bs4 import BeautifulSoup, Comment
    from bs4.element import Tag
    from markdownify import markdownify

    page = BeautifulSoup(data, "html.parser")
    for element in page.find_all(_UNSEEN):
        element.decompose()
    for comment in page.find_all(string=lambda text: isinstance(text, Comment)):
        comment.extract()
    hidden = [t for t in page.find_all(True) if isinstance(t, Tag) and _is_hidden(t)]
    for element in hidden:
        element.extract()
    if hidden:
        remarks.append(f"{len(hidden)} hidden elements were dropped")
    whole = page.body or page
    main = page.find("main") or page.find("article")
    if isinstance(main, Tag) and len(main.get_text()) * 2 >= len(whole.get_text()):
        whole = main
    return str(markdownify(str(whole), heading_style="ATX", bullets="-", strip=["img"]))


def _is_hidden(element: object) -> bool:
    get = getattr(element, "get", lambda name: None)
    has = getattr(element, "has_attr", lambda name: False)
    return bool(has("hidden") or get("aria-hidden") == "true" or _HIDDEN_STYLE.search(str(get("style") or "")))


def _from_docx(data: bytes, source: Path, remarks: list[str]) -> str:
    import mammoth  # type: ignore[import-untyped]

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            names = packed.namelist()
            unpacked = sum(info.file_size for info in packed.infolist())
        if "word/document.xml" not in names:
            raise CorpusError(f"{source}: an archive, but not a DOCX file")
        if unpacked > MAX_UNPACKED:
            raise CorpusError(f"{source}: unpacks to more than {MAX_UNPACKED // 1_000_000} MB")
        html = mammoth.convert_to_html(io.BytesIO(data)).value
    except CorpusError:
        raise
    except Exception as error:  # mammoth and zipfile raise many kinds for a broken file
        raise CorpusError(f"{source}: the DOCX file cannot be read") from error
    return _from_html(html, remarks)
