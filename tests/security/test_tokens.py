"""Tokens in the hands of somebody who wants more than they say."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from itsdangerous import URLSafeSerializer, URLSafeTimedSerializer

from bot.domain.errors import TokenError, TokenExpired, TokenInvalid
from bot.security.keys import derive
from bot.security.tokens import MAX_TOKEN, Signer
from tests.fakes_world import FakeClock

SECRET = "s" * 32
HOUR = timedelta(hours=1)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


def signer(clock: FakeClock, purpose: str = "conversation", secret: str = SECRET) -> Signer:
    return Signer(secret, purpose, HOUR, clock)


def test_what_was_signed_is_read(clock: FakeClock) -> None:
    payload = {"conversation": "c1", "epoch": 3, "text": "Zoë 🙈"}
    token = signer(clock).sign(payload)
    assert signer(clock).read(token) == payload
    assert token.isascii()


def test_a_token_of_another_purpose_is_invalid(clock: FakeClock) -> None:
    token = signer(clock, "button").sign({"conversation": "c1"})
    with pytest.raises(TokenInvalid):
        signer(clock, "conversation").read(token)


def test_a_token_of_another_deployment_is_invalid(clock: FakeClock) -> None:
    token = signer(clock, secret="t" * 32).sign({})
    with pytest.raises(TokenInvalid):
        signer(clock).read(token)


def test_a_token_expires_and_says_so(clock: FakeClock) -> None:
    token = signer(clock).sign({})
    clock.advance(HOUR)
    assert signer(clock).read(token) == {}
    clock.advance(timedelta(seconds=1))
    with pytest.raises(TokenExpired):
        signer(clock).read(token)


def test_an_expired_token_of_another_purpose_is_not_called_expired(clock: FakeClock) -> None:
    token = signer(clock, "button").sign({})
    clock.advance(2 * HOUR)
    with pytest.raises(TokenInvalid):
        signer(clock).read(token)


def test_a_token_without_lifetime_stays(clock: FakeClock) -> None:
    lasting = Signer(SECRET, "receipt", None, clock)
    token = lasting.sign({"a": 1})
    clock.advance(timedelta(days=4000))
    assert lasting.read(token) == {"a": 1}


def test_every_changed_or_missing_character_shows(clock: FakeClock) -> None:
    reader = signer(clock)
    token = reader.sign({"conversation": "c1", "epoch": 3})
    for place in range(len(token)):
        swapped = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        for forged in (token[:place], token[:place] + token[place + 1 :], swapped):
            if forged != token and not same_bytes(forged, token):
                with pytest.raises(TokenInvalid):
                    reader.read(forged)


def same_bytes(left: str, right: str) -> bool:
    """Whether only unused bits of the last base64 character differ: then it is the same token."""
    parts = [value.rsplit(".", 1) for value in (left, right)]
    if any(len(part) != 2 or len(part[1]) != len(right.rsplit(".", 1)[1]) for part in parts):
        return False
    (left_body, left_mac), (right_body, right_mac) = parts
    return left_body == right_body and decode(left_mac) == decode(right_mac)


def decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def with_our_key(make: Callable[[bytes], str]) -> str:
    return make(derive(SECRET, "tokens: conversation"))


@pytest.mark.parametrize(
    "token",
    [
        "",
        ".",
        "..",
        "a.b.c",
        "é.é.é",
        "\ud800",
        "a" * (MAX_TOKEN + 1),
        "." * MAX_TOKEN,
        "eyJhbGciOiJub25lIn0.e30.",
        None,
        b"bytes",
        7,
        ["list"],
        with_our_key(lambda key: str(URLSafeSerializer(key, salt="conversation").dumps({}))),
        with_our_key(lambda key: str(URLSafeTimedSerializer(key, salt="conversation").dumps({}))),
    ],
)
def test_anything_else_is_invalid_and_nothing_worse(clock: FakeClock, token: object) -> None:
    with pytest.raises(TokenInvalid):
        signer(clock).read(token)  # type: ignore[arg-type]


@given(st.text(max_size=200))
def test_no_text_gets_through(text: str) -> None:
    with pytest.raises(TokenError):
        signer(FakeClock()).read(text)


def test_a_list_is_not_a_payload(clock: FakeClock) -> None:
    reader = signer(clock)
    token = str(reader._serializer.dumps(["c1"]))
    with pytest.raises(TokenInvalid):
        reader.read(token)


def test_an_unsigned_bomb_is_not_unpacked(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = base64.urlsafe_b64encode(zlib.compress(b"0" * 5_000_000)).decode().rstrip("=")
    monkeypatch.setattr(zlib, "decompress", pytest.fail)
    with pytest.raises(TokenInvalid):
        signer(clock).read(f".{bomb}.aaaaaa.{'a' * 43}"[:MAX_TOKEN])
