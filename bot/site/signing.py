"""The signature on every call to the site; docs/connector.md has the same for whoever writes the site's side."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

VERSION = "v1"
TIMESTAMP = "Desk-Timestamp"
NONCE = "Desk-Nonce"
KEY = "Idempotency-Key"
SIGNATURE = "Desk-Signature"
WINDOW = 300
"""Seconds that the two clocks may differ; the site remembers nonces for twice as long."""


@dataclass(frozen=True)
class Call:
    """What is signed.

    Attributes:
        path: as it stands in the request line, prefix and escapes included.
        timestamp: seconds since 1970.
        nonce: new for every attempt, so that nothing caught on its way can be sent again.
        key: the idempotency key, the same for every attempt; empty for calls that only read.
    """

    method: str
    path: str
    timestamp: int
    nonce: str
    key: str
    body: bytes


def signature(secret: str, call: Call) -> str:
    """`v1=` and the hexadecimal HMAC-SHA256 over the seven lines that stand for the call."""
    digest = hashlib.sha256(call.body).hexdigest()
    lines = (VERSION, call.method, call.path, str(call.timestamp), call.nonce, call.key, digest)
    return f"{VERSION}={hmac.new(secret.encode(), chr(10).join(lines).encode(), hashlib.sha256).hexdigest()}"


def headers(secret: str, call: Call) -> dict[str, str]:
    """The headers that carry it."""
    signed = {TIMESTAMP: str(call.timestamp), NONCE: call.nonce, SIGNATURE: signature(secret, call)}
    return {**signed, KEY: call.key} if call.key else signed
