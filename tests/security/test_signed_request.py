"""Nothing but what Meta signed lately is taken."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import TokenError, TokenExpired, TokenInvalid
from bot.security.signed_request import SignedRequest, read_signed_request

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=timezone.utc)
SECRET = "app-secret"
FACTS = {"algorithm": "HMAC-SHA256", "issued_at": int(NOW.timestamp()), "user_id": "218471", "expires": 1}


def base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def signed(facts: Any = FACTS, secret: str = SECRET, *, raw: bytes | None = None) -> str:
    """As Meta's documentation builds it."""
    payload = base64url(json.dumps(facts).encode() if raw is None else raw)
    return f"{base64url(hmac.new(secret.encode(), payload.encode(), hashlib.sha256).digest())}.{payload}"


def test_what_meta_signed_is_read() -> None:
    assert read_signed_request(signed(), SECRET, NOW) == SignedRequest("218471", NOW)


def test_a_worked_example() -> None:
    # Payload and key fixed here, signature by: printf %s PAYLOAD | openssl dgst -sha256 -hmac app-secret -binary
    payload = "eyJhbGdvcml0aG0iOiJITUFDLVNIQTI1NiIsImlzc3VlZF9hdCI6MTc3MjQ0MjAwMCwidXNlcl9pZCI6IjIxODQ3MSJ9"
    signature = "ddaG4JGkc13CDiLW4r2xYfg1tpy23dScGT3vrnfPI04"
    assert read_signed_request(f"{signature}.{payload}", SECRET, NOW).facebook_user == "218471"


def test_padding_is_tolerated_and_a_number_is_a_user() -> None:
    signature, payload = signed({**FACTS, "user_id": 7}).split(".")
    padded = f"{signature}{'=' * (-len(signature) % 4)}.{payload}"
    assert read_signed_request(padded, SECRET, NOW).facebook_user == "7"


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "a.b.c",
        "no-dot",
        signed(secret="another"),
        signed() + "x",
        "x" * 5000,
        "é.é",
        "\ud800.\ud800",
        signed().replace(".", ". "),
        signed({**FACTS, "algorithm": "HMAC-SHA1"}),
        signed({key: value for key, value in FACTS.items() if key != "algorithm"}),
        signed({**FACTS, "user_id": ""}),
        signed({**FACTS, "user_id": "me OR 1=1"}),
        signed({**FACTS, "user_id": True}),
        signed({**FACTS, "user_id": None}),
        signed({**FACTS, "issued_at": "now"}),
        signed({**FACTS, "issued_at": True}),
        signed({**FACTS, "issued_at": -1}),
        signed({**FACTS, "issued_at": 2**39}),
        signed([FACTS]),
        signed(raw=b"\xff\xfe"),
        signed(raw=b"[" * 2000),
        signed(raw=b""),
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(TokenError):
        read_signed_request(text, SECRET, NOW)


@pytest.mark.parametrize(
    ("age", "taken"),
    [
        (timedelta(hours=24), True),
        (timedelta(hours=24, seconds=1), False),
        (-timedelta(minutes=5), True),
        (-timedelta(minutes=5, seconds=1), False),
    ],
)
def test_it_counts_for_a_day(age: timedelta, taken: bool) -> None:
    if taken:
        assert read_signed_request(signed(), SECRET, NOW + age).issued_at == NOW
    else:
        with pytest.raises(TokenExpired):
            read_signed_request(signed(), SECRET, NOW + age)


def test_without_a_secret_nothing_counts() -> None:
    with pytest.raises(TokenInvalid):
        read_signed_request(signed(secret=""), "", NOW)


@given(st.text(max_size=300))
def test_garbage_is_refused_kindly(text: str) -> None:
    with pytest.raises(TokenError):
        read_signed_request(text, SECRET, NOW)


@given(st.binary(max_size=300))
def test_signed_garbage_is_refused_kindly(raw: bytes) -> None:
    with pytest.raises(TokenError):
        read_signed_request(signed(raw=raw), SECRET, NOW)


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(st.fixed_dictionaries({}, optional={"algorithm": _VALUES, "issued_at": _VALUES, "user_id": _VALUES}))
def test_signed_facts_of_other_kinds_are_refused_kindly(facts: dict[str, Any]) -> None:
    with pytest.raises(TokenError):
        read_signed_request(signed(facts), SECRET, NOW)


@given(st.integers(min_value=0), st.integers(min_value=1, max_value=255))
def test_one_changed_character_voids_it(place: int, step: int) -> None:
    text = signed()
    place %= len(text)
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    if text[place] == ".":
        return
    other = letters[(letters.index(text[place]) + step % 63 + (step % 63 == 0)) % 64]
    changed = text[:place] + other + text[place + 1 :]
    # The last letter of a signature carries two bits that mean nothing.
    if place == text.index(".") - 1:
        return
    with pytest.raises(TokenError):
        read_signed_request(changed, SECRET, NOW)


@given(st.integers(min_value=0, max_value=10**32 - 1), st.integers(min_value=-300, max_value=86_400))
def test_whoever_meta_names_is_read(user: int, age: int) -> None:
    issued = NOW - timedelta(seconds=age)
    facts = {**FACTS, "user_id": str(user), "issued_at": int(issued.timestamp())}
    assert read_signed_request(signed(facts), SECRET, NOW) == SignedRequest(str(user), issued)
