"""The word of a host page for who its visitor is: a short-lived JWT, good for one use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

import jwt

from bot.domain.errors import TokenExpired, TokenInvalid
from bot.security.clock import SystemClock
from bot.services.ports import Clock

AUDIENCE = "privacy-assistant"
MAX_LIFETIME = timedelta(minutes=10)
LEEWAY = timedelta(seconds=30)
"""How far two clocks may be apart."""
_MAX_TOKEN = 4096
_MAX_CLAIM = 255
_REQUIRED = ["iss", "aud", "sub", "exp", "iat", "jti"]


@dataclass(frozen=True)
class HostIdentity:
    """What a host page vouches for.

    Attributes:
        sub: id of the account.
        jti: id of the token; the caller spends it, for the token is good once.
        expires_at: from then on the token is refused anyway, and its `jti` may be forgotten.
    """

    sub: str
    jti: str
    expires_at: datetime


class HostJwt:
    """Verifies tokens that one host page signs with HS256.

    Args:
        secret: shared with the host page; empty when there is none, and then every token is refused.
        issuer: what its tokens must carry as `iss`.
    """

    def __init__(self, secret: str, issuer: str, clock: Clock | None = None) -> None:
        self._secret = secret
        self._issuer = issuer
        self._clock = clock or SystemClock()

    def read(self, token: str) -> HostIdentity:
        """Who the host page says this is.

        Raises:
            TokenExpired: genuine, but too old.
            TokenInvalid: anything else.
        """
        claims = self._verified(token)
        now = self._clock.now()
        issued, expires = _moment(claims["iat"]), _moment(claims["exp"])
        if not issued < expires <= issued + MAX_LIFETIME or issued > now + LEEWAY:
            raise TokenInvalid("lives too long, or starts in the future")
        if "nbf" in claims and _moment(claims["nbf"]) > now + LEEWAY:
            raise TokenInvalid("not good yet")
        if now >= expires + LEEWAY:
            raise TokenExpired("too old")
        return HostIdentity(_text(claims["sub"]), _text(claims["jti"]), expires + LEEWAY)

    def _verified(self, token: str) -> Mapping[str, Any]:
        if not self._secret or not self._issuer:
            raise TokenInvalid("no host page is configured")
        if not isinstance(token, str) or len(token) > _MAX_TOKEN or not token.isascii():
            raise TokenInvalid("not a token")
        # Times are checked in `read`, by the injected clock.
        options: Any = {"require": _REQUIRED, "verify_exp": False, "verify_iat": False, "verify_nbf": False}
        try:
            return jwt.decode(
                token, self._secret, algorithms=["HS256"], audience=AUDIENCE, issuer=self._issuer, options=options
            )
        except (jwt.InvalidTokenError, ValueError, RecursionError):
            # RecursionError: brackets nested a thousand deep, in a header that is parsed before it is verified.
            raise TokenInvalid("not signed by the host page for us") from None


def _moment(claim: object) -> datetime:
    if isinstance(claim, bool) or not isinstance(claim, (int, float)):
        raise TokenInvalid("not a time")
    try:
        return datetime.fromtimestamp(claim, timezone.utc)
    except (ValueError, OverflowError, OSError):
        raise TokenInvalid("not a time") from None


def _text(claim: object) -> str:
    if not isinstance(claim, str) or not 0 < len(claim) <= _MAX_CLAIM:
        raise TokenInvalid("not an id")
    return claim
