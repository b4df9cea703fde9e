"""Policy files: front matter, body, and the corpus folder that holds them."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from bot.domain.passages import PolicyRef
from bot.policy import markdown, sentences
from bot.policy.document import Block, PolicyDocument, Section, Sentence
from bot.policy.errors import CorpusError

DEFAULT_CORPUS = Path("policy_corpus")
INTRO = "Introduction"


def load_corpus(corpus_dir: Path) -> dict[str, list[PolicyDocument]]:
    """Every policy of the corpus, each with its versions, oldest first."""
    policies: dict[str, list[PolicyDocument]] = {}
    for path in sorted(corpus_dir.glob("*/*.md")):
        document = load_policy(path)
        if document.ref.id != path.parent.name:
            raise CorpusError(f"{path}: its id is {document.ref.id!r} but its folder is {path.parent.name!r}")
        policies.setdefault(document.ref.id, []).append(document)
    if not policies:
        raise CorpusError(f"no policy found: expected {corpus_dir}/<policy>/<effective date>.md")
    for versions in policies.values():
        versions.sort(key=lambda d: d.ref.effective)
        days = [d.ref.effective for d in versions]
        if len(set(days)) != len(days):
            raise CorpusError(f"{versions[0].ref.id}: two versions with the same effective date")
    return policies


def in_force(versions: list[PolicyDocument], today: date) -> PolicyDocument:
    """The newest version that is effective; the oldest when none is yet."""
    return next((d for d in reversed(versions) if d.ref.effective <= today), versions[0])


def load_policy(path: Path) -> PolicyDocument:
    """Read one policy file."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise CorpusError(f"{path}: {error.strerror}") from error
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise CorpusError(f"{path}: not UTF-8; import it with `python -m bot policy import`") from None
    return parse_policy(text, name=str(path))


def parse_policy(text: str, name: str = "policy") -> PolicyDocument:
    """Parse front matter and body.

    Raises:
        CorpusError: the front matter is missing or incomplete, or there is no text.
    """
    meta, body = _front_matter(text.replace("\r\n", "\n").replace("\r", "\n"), name)
    plain_text, sections = build_sections(markdown.blocks(unicodedata.normalize("NFC", body)), meta["title"])
    if not sections:
        raise CorpusError(f"{name}: no text below the front matter")
    version = hashlib.sha256(plain_text.encode()).hexdigest()
    ref = PolicyRef(meta["id"], meta["title"], meta["effective"], version)
    return PolicyDocument(ref, plain_text, sections, str(meta.get("source", "")), str(meta.get("notice", "")))


def _front_matter(text: str, name: str) -> tuple[dict[str, Any], str]:
    match = re.match(r"---\n(.*?)\n---[ \t]*\n", text, re.DOTALL)
    if match is None:
        raise CorpusError(f"{name}: it must start with front matter between two lines of ---")
    try:
        meta = yaml.safe_load(match.group(1))
    except yaml.YAMLError as error:
        raise CorpusError(f"{name}: front matter is not YAML: {str(error).splitlines()[0]}") from error
    missing = [key for key in ("id", "title", "effective") if not isinstance(meta, dict) or not meta.get(key)]
    if missing:
        raise CorpusError(f"{name}: front matter lacks {', '.join(missing)}")
    if not isinstance(meta["effective"], date):
        raise CorpusError(f"{name}: effective must be a date such as 2015-03-18")
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,62}", str(meta["id"])):
        raise CorpusError(f"{name}: id may hold small letters, digits and dashes")
    meta["id"], meta["title"] = str(meta["id"]), str(meta["title"])
    return meta, text[match.end() :]


def build_sections(raw: list[markdown.RawBlock], title: str) -> tuple[str, tuple[Section, ...]]:
    """Lay the blocks out as plain text and group them into sections."""
    builder = _Builder(title, headed=sum(_is_section(b) for b in raw) > 1)
    for block in raw:
        builder.add(block)
    return builder.finish()


def _is_section(block: markdown.RawBlock) -> bool:
    return block.kind == "heading" or (block.kind == "paragraph" and sentences.is_title(block.text))


class _Builder:
    """Collects lines of plain text, sections and ids."""

    def __init__(self, title: str, headed: bool) -> None:
        self._title, self._headed = title, headed
        self._lines: list[str] = []
        self._length = 0
        self._sections: list[tuple[str, str, tuple[str, ...], list[Block]]] = []
        self._stack: list[tuple[int, str]] = []
        self._ids: set[str] = set()
        self._topic: str | None = None
        self._lead_in: Sentence | None = None
        self._open(INTRO, 9)

    def add(self, block: markdown.RawBlock) -> None:
        """Take the next block."""
        if _is_section(block) or (not self._headed and self._minor(block)):
            self._heading(block)
        elif self._minor(block):
            self._topic = None if self._repeats_title(block.text) else block.text
            self._lead_in = None
            self._line(block.text)
        else:
            self._block(block)

    def _minor(self, block: markdown.RawBlock) -> bool:
        short = block.bold and len(block.text.split()) <= 12
        return block.kind == "paragraph" and (short or sentences.is_minor_title(block.text))

    def _heading(self, block: markdown.RawBlock) -> None:
        self._line(block.text)
        if not self._repeats_title(block.text):
            self._open(block.text, block.level or 2)

    def _repeats_title(self, text: str) -> bool:
        if any(blocks for *_, blocks in self._sections):
            return False
        words = set(re.findall(r"\w+", text.lower()))
        return bool(words) and words <= set(re.findall(r"\w+", self._title.lower())) | {"privacy", "policy", "notice"}

    def _open(self, title: str, level: int) -> None:
        while self._stack and self._stack[-1][0] >= level:
            self._stack.pop()
        path = tuple(t for depth, t in self._stack if depth < 9)
        self._stack.append((level, title))
        self._topic = self._lead_in = None
        self._sections.append((self._unique(slug(sentences.unnumbered(title))), title, path, []))

    def _block(self, block: markdown.RawBlock) -> None:
        start = self._line(block.text)
        spans = sentences.split(block.text)
        run_in = len(spans) > 1 and sentences.is_run_in(block.text[slice(*spans[0])])
        section_id, _, _, blocks = self._sections[-1]
        made = tuple(
            Sentence(self._sentence_id(section_id, text), text, start + a, start + b, heading=run_in and not n)
            for n, (a, b) in enumerate(spans)
            for text in (block.text[a:b],)
        )
        if not made:
            return
        topic = made[0].text.rstrip(".:") if run_in else self._topic
        lead_in = self._lead_in if block.kind == "bullet" else None
        blocks.append(Block(block.kind, start, start + len(block.text), made, topic, lead_in))
        if block.kind == "paragraph":
            self._lead_in = made[-1] if made[-1].text.endswith(":") else None

    def _line(self, text: str) -> int:
        start = self._length
        self._lines.append(text)
        self._length += len(text) + 1
        return start

    def _sentence_id(self, section_id: str, text: str) -> str:
        digest = hashlib.sha256(" ".join(text.lower().split()).encode()).hexdigest()[:8]
        return self._unique(f"{section_id}.{digest}")

    def _unique(self, wanted: str) -> str:
        name, n = wanted, 2
        while name in self._ids:
            name, n = f"{wanted}-{n}", n + 1
        self._ids.add(name)
        return name

    def finish(self) -> tuple[str, tuple[Section, ...]]:
        """The plain text and its sections; sections without text are left out."""
        made = tuple(Section(i, title, tuple(blocks), path) for i, title, path, blocks in self._sections if blocks)
        return "\n".join(self._lines), made


def slug(title: str) -> str:
    """A title as an id: small letters, digits and dashes."""
    ascii_title = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", ascii_title).strip("-")[:60] or "section"


def choose(policies: dict[str, list[PolicyDocument]], policy: str | None) -> list[PolicyDocument]:
    """The versions of the named policy; of the only one when no name is given."""
    if policy is None and len(policies) == 1:
        return next(iter(policies.values()))
    if policy is None or policy not in policies:
        raise CorpusError(f"say which policy: {', '.join(sorted(policies))}")
    return policies[policy]
