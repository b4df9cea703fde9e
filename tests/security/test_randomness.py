"""Unguessable values, in their forms."""

from __future__ import annotations

import re
import secrets

import pytest

from bot.security.randomness import SystemRandomness

DRAWS = 2000


def test_ids_do_not_repeat_and_fit_in_an_address() -> None:
    ids = {SystemRandomness().id() for _ in range(DRAWS)}
    assert len(ids) == DRAWS
    assert all(re.fullmatch(r"[\w-]{24}", value) for value in ids)


def test_references_can_be_read_out_on_the_phone() -> None:
    references = {SystemRandomness().reference() for _ in range(DRAWS)}
    assert len(references) == DRAWS
    assert all(re.fullmatch(r"REQ-[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}", value) for value in references)


def test_codes_use_all_six_digits_everywhere() -> None:
    codes = [SystemRandomness().code() for _ in range(DRAWS)]
    assert all(re.fullmatch(r"\d{6}", code) for code in codes)
    assert all({code[place] for code in codes} == set("0123456789") for place in range(6))


def test_small_codes_keep_their_zeros(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "randbelow", lambda limit: 7)
    assert SystemRandomness().code() == "000007"
