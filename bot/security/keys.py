"""One key per purpose out of the deployment's secret, so that what is made for one purpose is worthless for others."""

from __future__ import annotations

import hashlib
import hmac


def derive(secret: str, purpose: str) -> bytes:
    """A 32-byte key; knowing it tells nothing about the secret or the key of another purpose."""
    return hmac.new(secret.encode(), b"privacy-assistant:" + purpose.encode(), hashlib.sha256).digest()
