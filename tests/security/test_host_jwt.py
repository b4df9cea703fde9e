"""The host page's JWT, forged in the usual ways."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from typing import Any

import jwt
import pytest

from bot.domain.errors import TokenExpired, TokenInvalid
from bot.security.host_jwt import LEEWAY, HostIdentity, HostJwt
from tests.fakes import FakeTransactions
from tests.fakes_world import FakeClock

SECRET = "h" * 32
MINUTE = timedelta(minutes=1)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def host(clock: FakeClock) -> HostJwt:
    return HostJwt(SECRET, "https://shop.example", clock)


def claims(clock: FakeClock, **changes: Any) -> dict[str, Any]:
    now = int(clock.now().timestamp())
    good = {
        "iss": "https://shop.example",
        "aud": "privacy-assistant",
        "sub": "a1",
        "iat": now,
        "exp": now + 300,
        "jti": "j1",
    }
    return {key: value for key, value in {**good, **changes}.items() if value is not ...}


def token(clock: FakeClock, key: str = SECRET, algorithm: str = "HS256", **changes: Any) -> str:
    return jwt.encode(claims(clock, **changes), key, algorithm=algorithm)


def test_a_genuine_token_names_the_account(host: HostJwt, clock: FakeClock) -> None:
    assert host.read(token(clock)) == HostIdentity("a1", "j1", clock.now() + 5 * MINUTE + LEEWAY)


def test_an_old_one_is_expired(host: HostJwt, clock: FakeClock) -> None:
    old = token(clock)
    clock.advance(5 * MINUTE + LEEWAY - timedelta(seconds=1))
    assert host.read(old)
    clock.advance(timedelta(seconds=1))
    with pytest.raises(TokenExpired):
        host.read(old)


def test_a_replayed_one_is_known_until_it_expires_by_itself(host: HostJwt, clock: FakeClock) -> None:
    transactions = FakeTransactions()
    again = token(clock)
    for first in (True, False):
        identity = host.read(again)
        with transactions() as uow:
            assert uow.spent_tokens.spend(f"jwt:{identity.jti}", identity.expires_at) is first
            uow.commit()
    clock.advance(identity.expires_at - clock.now())
    with pytest.raises(TokenExpired):
        host.read(again)


@pytest.mark.parametrize("missing", ["iss", "aud", "sub", "exp", "iat", "jti"])
def test_every_claim_is_required(host: HostJwt, clock: FakeClock, missing: str) -> None:
    without: dict[str, Any] = {missing: ...}
    with pytest.raises(TokenInvalid):
        host.read(token(clock, **without))


NOW = int(FakeClock().now().timestamp())


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "another-service"},
        {"aud": []},
        {"iss": "https://evil.example"},
        {"iss": "https://shop.example.evil.example"},
        {"exp": NOW + 601},
        {"exp": NOW},
        {"exp": NOW - 1},
        {"iat": NOW + 60, "exp": NOW + 120},
        {"nbf": NOW + 60},
        {"nbf": "soon"},
        {"exp": 1e300},
        {"exp": True},
        {"exp": "tomorrow"},
        {"exp": [NOW + 60]},
        {"iat": "yesterday"},
        {"iat": -1e300},
        {"iat": float("nan")},
        {"exp": float("inf")},
        {"sub": ""},
        {"sub": "a" * 256},
        {"jti": ""},
        {"jti": "j" * 256},
    ],
)
def test_a_signed_token_that_says_too_much_or_too_little(host: HostJwt, clock: FakeClock, changes: Any) -> None:
    with pytest.raises(TokenInvalid):
        host.read(token(clock, **changes))


@pytest.mark.parametrize("changes", [{"sub": 7}, {"sub": None}, {"jti": ["j1"]}, {"iss": 7}])
def test_a_claim_of_the_wrong_type(host: HostJwt, clock: FakeClock, changes: Any) -> None:
    with pytest.raises(TokenInvalid):
        host.read(hand_made({"alg": "HS256"}, claims(clock, **changes)))


def part(value: object) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def hand_made(header: object, body: object, key: str = SECRET) -> str:
    """Signed with HS256 whatever it says, so that only its content can be at fault."""
    signed = f"{part(header)}.{part(body)}"
    mac = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256).sign(signed.encode(), key.encode())
    return f"{signed}.{part(mac)}"


def test_the_hand_made_one_is_otherwise_good(host: HostJwt, clock: FakeClock) -> None:
    assert host.read(hand_made({"alg": "HS256"}, claims(clock))).sub == "a1"


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "HS512", "RS256", "", None, 7, ["HS256"]])
def test_the_token_does_not_choose_its_algorithm(host: HostJwt, clock: FakeClock, algorithm: object) -> None:
    body = claims(clock)
    for forged in (
        hand_made({"alg": algorithm}, body),
        f"{part({'alg': algorithm})}.{part(body)}.",
    ):
        with pytest.raises(TokenInvalid):
            host.read(forged)


def test_another_hash_with_the_right_key_is_refused(host: HostJwt, clock: FakeClock) -> None:
    with pytest.raises(TokenInvalid):
        host.read(token(clock, key=SECRET * 2, algorithm="HS512"))


def test_another_key_is_refused(host: HostJwt, clock: FakeClock) -> None:
    with pytest.raises(TokenInvalid):
        host.read(token(clock, key="g" * 32))


def test_truncated_ones_are_refused(host: HostJwt, clock: FakeClock) -> None:
    whole = token(clock)
    for length in range(len(whole) - 1):
        with pytest.raises(TokenInvalid):
            host.read(whole[:length])


@pytest.mark.parametrize(
    "forged",
    [
        "",
        "..",
        "é.é.é",
        "\ud800",
        "a" * 100_000,
        None,
        b"bytes",
        {"sub": "a1"},
        f"{part(b'[' * 2900)}.e30.e30",
        f"{part(b'{' + b'}' * 20)}.e30.e30",
        hand_made({"alg": "HS256"}, ["a1"]),
        hand_made({"alg": "HS256"}, b"\xff\xfe"),
        hand_made(["HS256"], {"sub": "a1"}),
        hand_made({"alg": "HS256", "crit": ["exp"]}, {"sub": "a1"}),
        hand_made({"alg": "HS256", "b64": False, "crit": ["b64"]}, {"sub": "a1"}),
    ],
)
def test_rubbish_is_invalid_and_nothing_worse(host: HostJwt, forged: object) -> None:
    with pytest.raises(TokenInvalid):
        host.read(forged)  # type: ignore[arg-type]


@pytest.mark.parametrize(("secret", "issuer"), [("", "https://shop.example"), (SECRET, "")])
def test_without_a_host_page_every_token_is_refused(clock: FakeClock, secret: str, issuer: str) -> None:
    closed = HostJwt(secret, issuer, clock)
    for key in (SECRET, "x"):
        with pytest.raises(TokenInvalid):
            closed.read(hand_made({"alg": "HS256"}, claims(clock, iss=issuer), key))
