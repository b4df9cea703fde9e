"""What Meta signs when a person asks, at Facebook, that our app delete their data.

`signed_request` is `signature.payload`, both base64url without padding; the signature is HMAC-SHA256 with the app's
secret over the payload as it was sent. Source: Meta, "Data Deletion Request Callback",
developers.facebook.com/docs/development/create-an-app/app-dashboard/data-deletion-callback.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from bot.domain.errors import TokenExpired, TokenInvalid

MAX_LENGTH = 4096
"""Characters; longer ones are refused unread."""
OLDEST = timedelta(hours=24)
NEWEST = timedelta(minutes=5)
"""How far ahead Meta's clock may be."""
_BASE64URL = re.compile(r"[A-Za-z0-9_-]+={0,2}")
_USER = re.compile(r"[0-9]{1,32}")


@dataclass(frozen=True)
class SignedRequest:
    """Who asked, as our app knows them, and when."""

    facebook_user: str
    issued_at: datetime


def read_signed_request(text: str, secret: str, now: datetime) -> SignedRequest:
    """What Meta signed.

    Raises:
        TokenInvalid: not signed with this secret, or not in the expected form.
        TokenExpired: Meta's, but issued too long ago, or in the future.
    """
    if len(text) > MAX_LENGTH or text.count(".") != 1:
        raise TokenInvalid("not a signed request")
    signature, payload = text.split(".")
    said = _decoded(payload)
    expected = hmac.new(secret.encode(), payload.encode(), hashlib.sha256).digest()
    if not secret or not hmac.compare_digest(_decoded(signature), expected):
        raise TokenInvalid("not signed with this app's secret")
    try:
        facts = json.loads(said)
    except (ValueError, RecursionError):
        raise TokenInvalid("not readable") from None
    if not isinstance(facts, dict) or str(facts.get("algorithm")).upper() != "HMAC-SHA256":
        raise TokenInvalid("not HMAC-SHA256")
    return SignedRequest(_user(facts.get("user_id")), _fresh(facts.get("issued_at"), now))


def _user(value: object) -> str:
    user = str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else ""
    if not _USER.fullmatch(user):
        raise TokenInvalid("without a user")
    return user


def _fresh(value: object, now: datetime) -> datetime:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**40:
        raise TokenInvalid("without a time")
    try:
        issued_at = datetime.fromtimestamp(value, timezone.utc)
    except (ValueError, OverflowError, OSError):
        raise TokenInvalid("without a time") from None
    if not now - OLDEST <= issued_at <= now + NEWEST:
        raise TokenExpired("issued too long ago, or in the future")
    return issued_at


def _decoded(text: str) -> bytes:
    if not _BASE64URL.fullmatch(text):
        raise TokenInvalid("not base64url")
    bare = text.rstrip("=")
    try:
        return base64.urlsafe_b64decode(bare + "=" * (-len(bare) % 4))
    except ValueError:
        raise TokenInvalid("not base64url") from None
