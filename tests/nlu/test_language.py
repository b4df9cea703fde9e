"""Which messages are taken for another language."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.languages import LANGUAGES, TOPICS
from bot.nlu.language import OTHER, foreign_language
from bot.nlu.wording import readable


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("¿Venden mis datos?", "es"),
        ("quiero borrar mi cuenta", "es"),
        ("Löschen Sie mein Konto bitte", "de"),
        ("supprimez mon compte svp", "fr"),
        ("apague minha conta por favor", "pt"),
        ("cancella il mio account", "it"),
        ("wie kan mijn telefoonnummer zien", "nl"),
        ("usuńcie moje konto", "pl"),
        ("Удалите мой аккаунт", OTHER),
        ("删除我的帐户", OTHER),
        ("احذف حسابي من فضلك", OTHER),
    ],
)
def test_other_languages(text: str, code: str) -> None:
    assert foreign_language(readable(text)) == code


@pytest.mark.parametrize(
    "text",
    [
        "delete my account",
        "fb off",
        "unsub pls",
        "del acct",
        "undo REQ-9TX2V-W4Y6Z",
        "Rue de la Paix",
        "José",
        "clara@example.com",
        "+44 20 7946 0958",
        "solve x plus 3 equals 7",
        "Sehr geehrte, sorry, English: please no more advertising letters to my house",
        "dеlеtе my ассount",
        "d̷e̸l̵e̴t̶e̵ ̷m̸y̵ ̶a̵c̷c̸o̶u̸n̵t",
        "\u202edelete my account\u202c",
        "🙂🙂🙂",
        "",
    ],
)
def test_english_names_and_decoration_are_not(text: str) -> None:
    assert foreign_language(readable(text)) is None


@given(st.text(max_size=300))
def test_any_text_is_judged(text: str) -> None:
    foreign_language(readable(text))


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.code)
def test_every_language_recognises_its_own_apology(language: object) -> None:
    assert foreign_language(language.sorry) == language.code  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("¿venden mis datos?", "sell"),
        ("löschen sie mein konto", "deleted"),
        ("mon fils a douze ans", "children"),
        ("chi vede il mio telefono", "phone"),
    ],
)
def test_topics_are_read_from_stems(text: str, question: str) -> None:
    assert question in next(english for stems, english in TOPICS if re.search(stems, text))
