"""Slow hashes for passwords, keyed hashes for codes and for the people in the audit log."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import unicodedata
from contextlib import suppress

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, VerifyMismatchError

from bot.security.keys import derive

_MEMORY_KIB, _PASSES, _LANES = 19_456, 2, 1
"""OWASP Password Storage Cheat Sheet, argon2id."""


class SecretHasher:
    """Hashes that need the deployment's secret, and argon2id for passwords.

    Args:
        secret: SECRET_KEY.
        slow: what hashes passwords; argon2id as OWASP recommends it, unless a test counts its calls.
    """

    def __init__(self, secret: str, slow: PasswordHasher | None = None) -> None:
        self._slow = slow or PasswordHasher(time_cost=_PASSES, memory_cost=_MEMORY_KIB, parallelism=_LANES)
        self._codes = derive(secret, "one-time codes")
        self._subjects = derive(secret, "audit subjects")
        self._nobodys = self._slow.hash(secrets.token_urlsafe())

    def password(self, password: str) -> str:
        """The argon2id hash, with its parameters and salt."""
        return self._slow.hash(_password_bytes(password))

    def password_fits(self, password: str, stored: str) -> bool:
        """Takes the same time when `stored` is empty or damaged, and is then False."""
        try:
            return self._slow.verify(stored, _password_bytes(password)) if stored else self._pretend(password)
        except VerifyMismatchError:
            return False
        except (Argon2Error, ValueError):
            return self._pretend(password)

    def _pretend(self, password: str) -> bool:
        with suppress(Argon2Error):
            self._slow.verify(self._nobodys, _password_bytes(password))
        return False

    def code(self, conversation_id: str, mailbox: str, digits: str) -> str:
        """Worthless for another conversation or mailbox."""
        return _keyed(self._codes, [conversation_id, mailbox, digits])

    def equal(self, left: str, right: str) -> bool:
        """Constant-time comparison."""
        return hmac.compare_digest(_bytes(left), _bytes(right))

    def subject(self, identifier: str) -> str:
        """The keyed hash under which the audit log knows an account id or mailbox."""
        return _keyed(self._subjects, [identifier])


def _keyed(key: bytes, parts: list[str]) -> str:
    # JSON, because joined parts could be cut elsewhere and mean something else.
    return hmac.new(key, json.dumps(parts).encode(), hashlib.sha256).hexdigest()


def _password_bytes(password: str) -> bytes:
    # Two keyboards may write the same é differently (NIST SP 800-63B §5.1.1.2).
    return _bytes(unicodedata.normalize("NFKC", password))


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
