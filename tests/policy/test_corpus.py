"""Parsing of policy files."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.policy import corpus, sentences
from bot.policy.document import PolicyDocument
from bot.policy.errors import CorpusError, NotVerbatim
from bot.policy.page import page

FRONT = "---\nid: acme\ntitle: Acme Privacy Policy\neffective: 2020-01-01\n---\n"


def parse(body: str) -> PolicyDocument:
    return corpus.parse_policy(FRONT + body)


def test_sections_of_the_outsource_policy(document: PolicyDocument) -> None:
    assert [s.title for s in document.sections] == [
        "Introduction",
        "1. Type of Information Collected",
        "2. Use of Information Collected",
        "3. Information Sharing and Disclosure",
        "4. Security",
        "5. Links to Other Websites",
        "6. Regarding Children",
        "7. Changing or Deleting Information",
    ]
    assert document.ref.effective.isoformat() == "2015-03-18"
    assert "archived on 2015-03-18" in document.notice


def test_bullets_keep_the_sentence_that_introduces_them(document: PolicyDocument) -> None:
    section = document.sections[2]
    bullets = [b for b in section.blocks if b.kind == "bullet"]
    assert len(bullets) == 11
    assert {b.lead_in.text for b in bullets if b.lead_in} == {
        "In general, we may use information that we collect about you to:"
    }


def test_run_in_headings_become_topics(document: PolicyDocument) -> None:
    topics = {b.topic for s in document.sections for b in s.blocks}
    assert {
        "Regarding Phone Numbers Collected",
        "Company Information",
        "In Connection with Business Transfers",
    } <= topics


def test_every_span_is_verbatim_and_every_id_unique(document: PolicyDocument) -> None:
    ids = [s.id for s in document.sentences]
    assert len(ids) == len(set(ids))
    for sentence in document.sentences:
        assert document.text[sentence.start : sentence.end] == sentence.text


def test_ids_survive_a_change_elsewhere() -> None:
    before = parse("## Data\n\nWe keep names. We keep mail.\n")
    after = parse("## Data\n\nWe now say more. We keep names. We keep mail.\n")
    assert {s.id for s in before.sentences} < {s.id for s in after.sentences}
    assert before.ref.version != after.ref.version


def test_the_page_shows_every_sentence_once(document: PolicyDocument) -> None:
    shown = [s.id for part in page(document) for s in part.sentences]
    assert shown == [s.id for s in document.sentences]


def test_a_quote_must_be_verbatim(document: PolicyDocument) -> None:
    quote = document.quote(document.sentences[3].start, document.sentences[3].end)
    assert document.check(quote) is quote
    moved = type(quote)(
        quote.text + "!", quote.passage_id, quote.section_id, quote.section_title, quote.start, quote.end
    )
    with pytest.raises(NotVerbatim):
        document.check(moved)


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("We share data, e.g. your name. We do not sell it.", 2),
        ('We may collect information("PII" - for example, your full name) from you. We need it.', 2),
        ("J. Smith of Acme Inc. and Mr. B. Jones run the U.S. office. Write to them.", 2),
        ("Outsource.com may update this. Call (800) 609-2135. Done!", 3),
        ("", 0),
        ("...", 1),
    ],
)
def test_sentence_splitting(line: str, count: int) -> None:
    spans = sentences.split(line)
    assert len(spans) == count
    assert all(line[a:b].strip() == line[a:b] for a, b in spans)


@given(st.text(max_size=300))
@settings(max_examples=150, deadline=None)
def test_any_body_parses_or_is_refused_plainly(body: str) -> None:
    try:
        made = parse(body)
    except CorpusError:
        return
    for sentence in made.sentences:
        assert made.text[sentence.start : sentence.end] == sentence.text


def test_headings_lists_tables_and_html() -> None:
    made = parse(
        "# Acme Privacy Policy\n\nHello there, reader.\n\n## What we collect\n\n- names;\n- mails.\n\n"
        "| Kind | Why |\n|---|---|\n| name | to bill you |\n\n### Cookies\n\nWe set [cookies](http://x.y).\n\n"
        "<div><p>Raw words.</p><script>alert(1)</script></div>\n\n1. **Sharing**\n\nWe share it.\n"
    )
    assert [s.title for s in made.sections] == ["Introduction", "What we collect", "Cookies", "1. Sharing"]
    assert made.sections[2].path == ("What we collect",)
    assert "name | to bill you" in made.text
    assert "We set cookies." in made.text
    assert "alert" not in made.text and "Raw words." in made.text


@pytest.mark.parametrize(
    "body",
    [
        "Just one sentence without any heading.",
        "سياسة الخصوصية. نحن نجمع البيانات. لا نبيعها.",
        "We keep it.[^1]\n\n[^1]: For a year.",
        ("All rights reserved.\n\n" * 50) + "We keep your data.",
    ],
)
def test_odd_policies(body: str) -> None:
    made = parse(body)
    ids = [s.id for s in made.sentences]
    assert ids and len(ids) == len(set(ids))


def test_two_hundred_pages() -> None:
    paragraph = "We may collect your name, e.g. when you register. We share it with partners. " * 6
    body = "".join(f"## Part {i}\n\n{paragraph}\n\n" for i in range(800))
    started = time.perf_counter()
    assert len(parse(body).sentences) == 800 * 12
    assert time.perf_counter() - started < 20


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("no front matter", "front matter"),
        ("---\nid: [\n---\nx", "not YAML"),
        ("---\nid: acme\n---\nx", "lacks title, effective"),
        ("---\nid: acme\ntitle: A\neffective: soon\n---\nx", "date"),
        ("---\nid: ../x\ntitle: A\neffective: 2020-01-01\n---\nx", "id may hold"),
        (FRONT, "no text"),
    ],
)
def test_bad_files_are_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(CorpusError, match=reason):
        corpus.parse_policy(text)


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "acme" / "2020.md"
    path.parent.mkdir()
    path.write_bytes((FRONT + "Caf\u00e9 data.").encode("latin-1"))
    with pytest.raises(CorpusError, match="UTF-8"):
        corpus.load_corpus(tmp_path)


def test_the_version_in_force() -> None:
    from datetime import date

    old, new = parse("Old words here."), corpus.parse_policy(FRONT.replace("2020", "2022") + "New words here.")
    assert corpus.in_force([old, new], date(2021, 5, 1)) is old
    assert corpus.in_force([old, new], date(2022, 5, 1)) is new
    assert corpus.in_force([old, new], date(2000, 1, 1)) is old
