"""A slice of the fuzz of the parser; the whole of it: `python -m tests.mail.fuzz 100000`."""

from __future__ import annotations

import time

import pytest

from bot.mail.inbound.html import text_of
from bot.mail.inbound.parse import Reader
from bot.mail.inbound.quotes import cut
from tests.mail import fuzz
from tests.mail.eml.case import mail

_HOSTILE = {
    "divs": "<div>" * 60_000,
    "tables": "<table><tr><td>" * 20_000,
    "blockquotes": "<blockquote>" * 40_000 + "x",
    "open tags": "<a " * 100_000,
    "comments": "<!--" * 80_000,
    "scripts": "<script>" * 40_000,
    "entities": "&" * 300_000,
    "angle brackets": "<" * 300_000,
}
_LONG = {
    "attributions": "On x wrote:\n" * 8_000,
    "one long attribution": "On " + "a@b " * 25_000,
    "headers": "From: x\n" * 12_000,
    "closings": "Thanks\n" * 14_000,
    "rules": "-" * 100_000,
    "addresses": "a@" * 50_000,
    "digits": "1 2 3 " * 15_000,
}


def test_no_mutation_of_a_mail_breaks_or_holds_up_the_parser() -> None:
    slowest = max(fuzz.attempt(number) for number in (*fuzz.SEEDS, *range(1500)))
    assert slowest < fuzz.SLOWEST


@pytest.mark.parametrize("what", _HOSTILE)
def test_hostile_html_takes_linear_time(what: str) -> None:
    started = time.process_time()
    text_of(_HOSTILE[what])
    assert time.process_time() - started < 3


@pytest.mark.parametrize("what", _LONG)
def test_hostile_text_takes_linear_time(what: str) -> None:
    started = time.process_time()
    cut(_LONG[what])
    Reader("", frozenset(), 1 << 20).read(mail(_LONG[what]))
    assert time.process_time() - started < 3
