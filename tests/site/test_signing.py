"""The signature: as the document gives it, and worthless for anything but the very call it was made for."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.site.signing import WINDOW, Call, headers, signature
from tests.site.reference import documented_check

DOCUMENT = Path("docs/connector.md")
SECRET = "0123456789abcdef0123456789abcdef"
CALL = Call("PUT", "/desk/v1/accounts/u-17/details/phone?x=1", 1772442000, "nonce-nonce-nonce", "k1", b'{"value": "1"}')


def judged(
    call: Call, signed: dict[str, str], *, secret: str = SECRET, later: int = 0, seen: bool = False
) -> str | None:
    """What the code in the document says of a call that came with these headers."""
    now = float(CALL.timestamp + later)
    return documented_check()(secret, call.method, call.path, signed, call.body, now, lambda nonce: seen)


def test_the_example_in_the_document_is_signed_right() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    (example,) = re.findall(r"^```http\n(.*?)\n```", text, re.S | re.M)
    (secret,) = re.findall(r"The secret is `(\w+)`", text)
    head, _, body = example.partition("\n\n")
    request, *lines = head.splitlines()
    method, path, _ = request.split()
    fields = dict(line.split(": ", 1) for line in lines)
    call = Call(
        method, path, int(fields["Desk-Timestamp"]), fields["Desk-Nonce"], fields["Idempotency-Key"], body.encode()
    )
    assert fields["Desk-Signature"] == signature(secret, call)
    assert judged(call, fields, secret=secret) is None


def test_a_call_without_a_key_is_signed_too() -> None:
    reading = replace(CALL, method="GET", key="", body=b"")
    assert "Idempotency-Key" not in headers(SECRET, reading)
    assert judged(reading, headers(SECRET, reading)) is None


@pytest.mark.parametrize(
    ("part", "value"),
    [("method", "POST"), ("path", "/desk/v1/accounts/u-18/details/phone?x=1"), ("path", CALL.path[:-1]), ("body", b"")],
)
def test_any_other_call_is_refused(part: str, value: object) -> None:
    assert judged(replace(CALL, **{part: value}), headers(SECRET, CALL)) == "signature_invalid"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Desk-Timestamp", "1772442001"),
        ("Desk-Timestamp", "soon"),
        ("Desk-Nonce", "another-nonce"),
        ("Idempotency-Key", "k2"),
        ("Idempotency-Key", None),
        ("Desk-Signature", None),
        ("Desk-Signature", "v1="),
        ("Desk-Signature", "v1=é"),
    ],
)
def test_changed_or_missing_headers_are_refused(name: str, value: str | None) -> None:
    changed = {**headers(SECRET, CALL), name: value}
    assert judged(CALL, {key: text for key, text in changed.items() if text is not None}) == "signature_invalid"


@pytest.mark.parametrize(
    ("later", "verdict"),
    [(0, None), (WINDOW, None), (-WINDOW, None), (WINDOW + 1, "signature_stale"), (-WINDOW - 1, "signature_stale")],
)
def test_the_window_is_the_documented_one(later: int, verdict: str | None) -> None:
    assert judged(CALL, headers(SECRET, CALL), later=later) == verdict


def test_a_replay_and_a_wrong_secret_are_refused() -> None:
    assert judged(CALL, headers(SECRET, CALL), seen=True) == "signature_replayed"
    assert judged(CALL, headers(SECRET, CALL), secret="x" * 32) == "signature_invalid"


LINE = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=12)
CALLS = st.builds(Call, st.sampled_from(["GET", "PUT"]), LINE, st.integers(0, 9), LINE, LINE, st.binary(max_size=8))


@given(CALLS, CALLS)
def test_no_two_calls_share_a_signature(one: Call, other: Call) -> None:
    assert (signature(SECRET, one) == signature(SECRET, other)) == (one == other)
