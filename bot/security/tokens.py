"""Signed, expiring facts: conversation tokens, buttons, links in mails."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from itsdangerous import BadData, SignatureExpired, TimestampSigner, URLSafeTimedSerializer

from bot.domain.errors import TokenExpired, TokenInvalid
from bot.security.clock import SystemClock
from bot.security.keys import derive
from bot.services.ports import Clock

MAX_TOKEN = 8192
"""Characters; longer ones are refused unread."""


class Signer:
    """Signs small facts for one purpose and one lifetime.

    Args:
        secret: SECRET_KEY.
        purpose: tokens of one purpose are invalid for every other one.
        lifetime: whole seconds after which a token is refused, or None for tokens without end.
    """

    def __init__(self, secret: str, purpose: str, lifetime: timedelta | None, clock: Clock | None = None) -> None:
        self._lifetime = None if lifetime is None else int(lifetime.total_seconds())
        self._serializer = URLSafeTimedSerializer(
            derive(secret, f"tokens: {purpose}"),
            salt=purpose,
            signer=_ClockSigner,
            signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256, "clock": clock or SystemClock()},
        )

    def sign(self, payload: Mapping[str, Any]) -> str:
        """The token; its content can be read by anyone, and changed by nobody."""
        return str(self._serializer.dumps(dict(payload)))

    def read(self, token: str) -> Mapping[str, Any]:
        """What was signed.

        Raises:
            TokenExpired: ours, but too old.
            TokenInvalid: anything else.
        """
        if not isinstance(token, str) or len(token) > MAX_TOKEN or not token.isascii():
            raise TokenInvalid("not a token")
        try:
            payload = self._serializer.loads(token, max_age=self._lifetime)
        except SignatureExpired:
            raise TokenExpired("too old") from None
        except BadData:
            raise TokenInvalid("not signed for this") from None
        if not isinstance(payload, dict):
            raise TokenInvalid("not a token")
        return payload


class _ClockSigner(TimestampSigner):
    """Takes the time from the injected clock."""

    def __init__(self, *args: Any, clock: Clock, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._clock = clock

    def get_timestamp(self) -> int:
        return int(self._clock.now().timestamp())
