"""One-time codes: six digits, ten minutes, five tries."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

CODE_DIGITS = 6
CODE_LIFETIME = timedelta(minutes=10)
CODE_TRIES = 5
CODES_PER_HOUR = 5
"""Codes that may be mailed to one address within an hour."""

_TYPED = re.compile(r"(?:\D{0,40}[^\d\-+(.])?(\d{3})[ \-]?(\d{3})(?:[^\d\-][^\d]{0,40})?[.!]?", re.DOTALL)


@dataclass(frozen=True)
class OneTimeCode:
    """A code that was mailed, bound to one conversation and one mailbox.

    Attributes:
        code_hash: keyed hash of the digits; the digits themselves are stored nowhere.
        tries: wrong attempts so far, counted atomically in the database.
    """

    id: str
    conversation_id: str
    mailbox: str
    code_hash: str
    created_at: datetime
    expires_at: datetime
    tries: int = 0


def typed_code(text: str) -> str | None:
    """The six digits when `text` is a code and little else, else None.

    >>> typed_code("my code is 123 456.")
    '123456'
    >>> typed_code("call me on 020 7946 0123") is None
    True
    """
    match = _TYPED.fullmatch(text.strip())
    return match.group(1) + match.group(2) if match else None


def mask_code(text: str) -> str:
    """`text` with every digit hidden, for transcripts and logs."""
    return re.sub(r"\d", "•", text)
