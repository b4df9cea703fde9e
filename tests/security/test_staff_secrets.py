"""Sealed secrets, codes of steps, recovery codes."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

import pyotp
import pytest
from cryptography.fernet import InvalidToken

from bot.security.staff_secrets import STEP, SealedSecrets

NOW = datetime(2026, 3, 2, 9, 0, 5, tzinfo=timezone.utc)
SECRETS = SealedSecrets("s" * 40, "Outsource.com privacy desk")


def test_a_secret_is_sealed_and_only_our_key_opens_it() -> None:
    sealed = SECRETS.new_totp()
    key = SECRETS.totp_key(sealed)
    assert re.fullmatch("[A-Z2-7]{32}", key) and key not in sealed
    assert sealed != SECRETS.new_totp()
    with pytest.raises(InvalidToken):
        SealedSecrets("t" * 40, "").totp_key(sealed)


def test_an_authenticator_reads_the_address() -> None:
    sealed = SECRETS.new_totp()
    read = pyotp.parse_uri(SECRETS.totp_uri(sealed, "ada@desk.example"))
    assert (read.secret, read.name, read.issuer) == (
        SECRETS.totp_key(sealed),
        "ada@desk.example",
        "Outsource.com privacy desk",
    )


@pytest.mark.parametrize(("off", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_code_is_good_one_step_before_and_after(off: int, taken: bool) -> None:
    sealed = SECRETS.new_totp()
    shown_at = NOW + timedelta(seconds=STEP * off)
    code = pyotp.TOTP(SECRETS.totp_key(sealed)).at(shown_at)
    step = SECRETS.totp_step(sealed, f" {code[:3]} {code[3:]}", NOW)
    assert step == (int(shown_at.timestamp()) // STEP if taken else None)


@pytest.mark.parametrize("code", ["", "12345", "abcdef", "１２３４５６", "\ud800", "0" * 10_000])
def test_anything_else_is_no_code(code: str) -> None:
    sealed = SECRETS.new_totp()
    try:
        assert SECRETS.totp_step(sealed, code, NOW) is None
    except UnicodeEncodeError:
        pytest.fail("a lone surrogate must not raise")


def test_recovery_codes_and_fingerprints() -> None:
    codes = {SECRETS.new_recovery_code() for _ in range(50)}
    assert len(codes) == 50 and all(re.fullmatch("[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}", code) for code in codes)
    assert SECRETS.fingerprint("a") == SECRETS.fingerprint("a") != SECRETS.fingerprint("b")
    assert SECRETS.fingerprint("a") != SealedSecrets("t" * 40, "").fingerprint("a")
