"""Where the next page of a list starts, as part of an address."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime

from bot.domain.console import Position
from bot.domain.errors import InvalidInput

MAX_CURSOR = 200


def encode(position: Position) -> str:
    """The position as text."""
    return (
        base64.urlsafe_b64encode(f"{position.at.isoformat()}|{position.id}|{position.seq}".encode())
        .decode()
        .rstrip("=")
    )


def decode(text: str) -> Position | None:
    """The position again, or None for the first page. Raises InvalidInput."""
    if not text:
        return None
    try:
        raw = base64.urlsafe_b64decode(text[:MAX_CURSOR] + "=" * (-len(text) % 4)).decode()
        at, id, seq = raw.split("|")
        moment, number = datetime.fromisoformat(at), int(seq)
    except (ValueError, binascii.Error):
        raise InvalidInput("That page of the list does not exist.") from None
    if moment.tzinfo is None or not 0 <= number < 2**31:
        raise InvalidInput("That page of the list does not exist.")
    return Position(moment, id, number)
