"""Reply addresses that name a thread: nobody can make one up, and a server that folds case does not break it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re

from bot.security.keys import derive

_MAC_BYTES = 10
_TOKEN = re.compile(r"t([a-z2-7]{8,40})-([a-z2-7]{16})")


class SignedReplyAddresses:
    """`privacy+t…@example.com`, or `t…@example.com` where the server knows no plus-addresses.

    Args:
        secret: SECRET_KEY.
        address: the inbox; its local part stands before the plus.
        domain: of the reply addresses.
        plus: whether the token follows a plus or is the whole local part.
    """

    def __init__(self, secret: str, address: str, domain: str, *, plus: bool) -> None:
        self._key = derive(secret, "mail reply address")
        self._prefix = f"{address.partition('@')[0].lower()}+" if plus else ""
        self._domain = domain.lower()

    def of(self, thread_id: str) -> str:
        """The address; `thread_id` is lower-case base 32."""
        return f"{self._prefix}t{thread_id}-{self._mac(thread_id)}@{self._domain}"

    def thread(self, address: str) -> str | None:
        """The thread, or None when the address is not one of these."""
        local, _, domain = address.lower().partition("@")
        match = _TOKEN.fullmatch(local.removeprefix(self._prefix)) if local.startswith(self._prefix) else None
        if match is None or domain != self._domain:
            return None
        return match.group(1) if hmac.compare_digest(match.group(2), self._mac(match.group(1))) else None

    def _mac(self, thread_id: str) -> str:
        digest = hmac.new(self._key, thread_id.encode(), hashlib.sha256).digest()[:_MAC_BYTES]
        return base64.b32encode(digest).decode().lower()
