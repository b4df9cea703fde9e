"""Unguessable values from the operating system's generator."""

from __future__ import annotations

import secrets

from bot.domain.codes import CODE_DIGITS

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Base 32 without I, L, O and U: what a person reads out on the phone is not mistaken."""
_ID_BYTES = 18
_PART = 5


class SystemRandomness:
    """Values from `secrets`."""

    def id(self) -> str:
        """144 random bits, URL-safe."""
        return secrets.token_urlsafe(_ID_BYTES)

    def code(self) -> str:
        """Six decimal digits."""
        return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"

    def reference(self) -> str:
        """`REQ-XXXXX-XXXXX`: 50 random bits."""
        return f"REQ-{_part()}-{_part()}"


def _part() -> str:
    return "".join(secrets.choice(CROCKFORD) for _ in range(_PART))
