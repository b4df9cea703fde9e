"""Rules that need nothing but themselves."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.accounts import PROFILE, clean_detail, is_email, mask_email
from bot.domain.audit import GENESIS, AuditEntry, AuditTag, first_broken, seal
from bot.domain.codes import mask_code, typed_code
from bot.domain.errors import InvalidInput, NotSwitchable, StepUpRequired, UnknownSetting
from bot.domain.identity import Assurance, Conversation
from bot.domain.settings import GROUPS, SETTINGS, resolve, switchable

NOW = datetime(2026, 3, 1, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("123456", "123456"),
        ("123 456", "123456"),
        ("my code is 123-456.", "123456"),
        ("code:654321", "654321"),
        ("000123 thanks!", "000123"),
        ("1234567", None),
        ("12345", None),
        ("call me on 020 7946 0123", None),
        ("+44 123456", None),
        ("123456 and 654321", None),
        ("REQ-123456", None),
        ("", None),
    ],
)
def test_a_code_is_recognised_among_few_words(text: str, digits: str | None) -> None:
    assert typed_code(text) == digits


@given(st.text(max_size=200))
def test_a_masked_text_has_no_digit(text: str) -> None:
    typed_code(text)
    assert not any(c in mask_code(text) for c in "0123456789")


def test_a_rung_satisfies_the_ones_below() -> None:
    conversation = Conversation("c", "web", NOW, base=Assurance.PASSWORD)
    for held, needed in product([Assurance.MAILBOX, Assurance.PASSWORD], Assurance):
        standing = replace(conversation, base=held)
        if held >= needed:
            standing.require(needed, NOW)
        else:
            with pytest.raises(StepUpRequired):
                standing.require(needed, NOW)


def test_the_catalogue_is_sound() -> None:
    keys = [entry.key for entry in SETTINGS]
    assert len(set(keys)) == len(keys)
    assert {entry.group for entry in SETTINGS} == {group.key for group in GROUPS}
    assert not {group.key for group in GROUPS} & set(keys)
    assert all(entry.off <= Assurance.MAILBOX for entry in switchable()), "opting out must be easy"
    assert [entry.key for entry in SETTINGS if not entry.default] == ["facebook_advice", "facebook_recommendations"]


def test_groups_and_settings_resolve_in_order_and_once() -> None:
    assert [e.key for e in resolve(("facebook", "newsletter", "facebook_advice"))] == [
        "newsletter",
        "facebook_advice",
        "facebook_recommendations",
    ]
    with pytest.raises(UnknownSetting):
        resolve(("fixed",))
    with pytest.raises(NotSwitchable, match="law"):
        resolve(("newsletter", "legal_disclosure"))


def chain(length: int) -> list[tuple[int, AuditEntry, str]]:
    rows, previous = [], GENESIS
    for number in range(1, length + 1):
        entry = AuditEntry(NOW + timedelta(seconds=number), AuditTag.SIGNED_IN, "person", "s", "c", {"n": str(number)})
        previous = seal(entry, previous)
        rows.append((number, entry, previous))
    return rows


def test_an_untouched_log_is_whole() -> None:
    assert first_broken(chain(20)) is None
    assert first_broken([]) is None


@given(st.integers(1, 12), st.sampled_from(["actor", "details", "removed", "swapped"]))
def test_tampering_is_found_to_the_row(at: int, how: str) -> None:
    rows = chain(13)
    number, entry, stored = rows[at - 1]
    if how == "actor":
        rows[at - 1] = (number, replace(entry, actor="staff"), stored)
    elif how == "details":
        rows[at - 1] = (number, replace(entry, details={"n": "other"}), stored)
    elif how == "removed":
        del rows[at - 1]
    else:
        rows[at - 1], rows[at] = rows[at], rows[at - 1]
    assert first_broken(rows) == at


@given(st.sampled_from(PROFILE), st.text(max_size=600))
def test_any_value_is_stored_clean_or_refused_kindly(field: object, value: str) -> None:
    key = getattr(field, "key", "")
    try:
        kept = clean_detail(key, value)
    except InvalidInput:
        return
    assert kept == clean_detail(key, kept)
    assert not any(ord(c) < 0x20 or 0x7F <= ord(c) < 0xA0 for c in kept)


def test_addresses_are_masked() -> None:
    assert mask_email("anna@example.com") == "a•••@example.com"
    assert is_email("a.b+c@sub.example.co.uk")
    assert not is_email("a@b@c.de")
