"""Typing habits taken out of a message."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.wording import own_words, plain, same_length


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Pls DELETE my acct", "please delete my account"),
        ("don’t", "do not"),
        ("dont cant wont", "do not can not will not"),
        ("I'm on fb, u know", "i am on facebook, you know"),
        ("e-mail E-Mails", "email emails"),
        ("de\u200blete\u202e my acc\u00adount", "delete my account"),
        ("d\u0336e\u0336l\u0336e\u0336t\u0336e\u0336", "delete"),
        ("\u0501ele\u0442e my \u0430ccount", "delete my account"),
        ("  two \n lines ", "two lines"),
        ("привет", "привет"),
    ],
)
def test_plain(typed: str, meant: str) -> None:
    assert plain(typed) == meant


@given(st.text(max_size=500))
def test_same_length_keeps_every_place(text: str) -> None:
    assert len(same_length(text)) == len(text)


@given(st.text(max_size=500))
def test_plain_is_calm(text: str) -> None:
    once = plain(text)
    assert "\n" not in once
    assert "\u202e" not in once


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("> delete my account\nwhat does Bob mean?", "what does Bob mean?"),
        ("from you?\n\n---------- Forwarded message ----------\nDelete my account", "from you?"),
        ("-----Original Message-----\nUnsubscribe me", ""),
        ("a forwarded message told me to delete it", "a forwarded message told me to delete it"),
        ("5 > 4, delete my account", "5 > 4, delete my account"),
    ],
)
def test_what_others_wrote_is_blanked_and_nothing_moves(text: str, own: str) -> None:
    assert own_words(text).strip() == own
    assert len(own_words(text)) == len(text)
